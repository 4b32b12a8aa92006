#ifndef MC_TEST_QUOTES_H
#define MC_TEST_QUOTES_H

#include <stddef.h>

/* What a ticket, a file or a reply may quote: words that each pattern of each built-in profile means, boxes, menus. */
static const char *const quotes[] = {
    "────────────\n❯ \n────────────\n  ⏵⏵ auto",
    "────────────\n❯ half a draft\n────────────",
    "────────────\n❯ Once fixed, resend your message\n────────────",
    "────────────\n❯ \n────────────\n  ⚠ Usage limit reached · limit resets 11:02pm",
    "────────────\n  ⏵⏵ auto (shift+tab to cycle) · esc to interrupt",
    "✻ Determining… (2s · ↓ 10 tokens)",
    "✻ 529 Overloaded · retrying in 1s · attempt 3/10",
    " Do you want to proceed?\n ❯ 1. Yes\n   2. No\n\n Esc to cancel · Tab to amend",
    "  Enter to confirm · Esc to cancel",
    " Select login method:",
    " ◐ Claude Code",
    "◐ Claude Code",
    "  ⎿  Interrupted · What should Claude do instead?\n────────────",
    "● Please run /login · API Error: 401 OAuth token has expired",
    "› Ask Codex to do anything\n\n  gpt-x default · ~/proj\n  ← for agents · ? for shortcuts",
    "› half a draft\n\n  gpt-x default · ~/proj",
    "• Working (0s • esc to interrupt)",
    "⠋ proj",
    "› 1. Yes, continue\n  2. No\n\n  Press enter to continue",
    "> 1. Sign in with ChatGPT\n\n  Press enter to continue",
    "■ You've hit your usage limit. Try again at 11:02pm.",
    "■ Conversation interrupted - use /feedback if something went wrong",
    "  ┃\n  ┃  Ask anything… \"Fix a TODO\"\n  ┃\n  ┃  Build · m\n  ╹▀▀▀▀▀▀▀▀▀▀▀▀",
    "  ┃\n  ┃  half a draft\n  ┃\n  ┃  Build · m\n  ╹▀▀▀▀▀▀▀▀▀▀▀▀",
    "  ┃\n  ┃\n  ┃\n  ┃  Build · m\n  ╹▀▀▀▀▀▀▀▀▀▀▀▀\n   ⬝⬝⬝⬝⬝⬝⬝⬝  esc interrupt     ctrl+p commands",
    "Permission required",
    "  ┃  mock error 401\n  ┃\n\n     ▣  Build · m",
    "     ▣  Build · m · interrupted\n\n  ┃",
    "────────────\n YOLO Ctrl+Y\n\n *   Type your message or @path/to/file\n\n workspace (/directory)    /model",
    " ⠋ Thinking... (esc to cancel, 0s)",
    "✦  Working… (proj)",
    "✋  Action Required (proj)",
    " │ ● 1. Trust folder (proj)\n │   2. Don't trust",
    " Do you trust the files in this folder?",
    "✕ [API Error: 429 quota]",
    "ℹ Request cancelled.",
    "────────────\n*   Type your message or @path/to/file\n────────────\n  YOLO mode (shift + tab to cycle)",
    "  ... Thinking... (3s · esc to cancel)\n────────────",
    "  │ › Alibaba ModelStudio",
    "  ✕ [API Error: 401 mock error 401] (Press Ctrl+Y to retry)",
    "  ● Request cancelled.",
    "────────────\n\n────────────\n~/proj (master)\n0.0%/200k (auto)   m",
    " ⠋ Working...\n\n────────────",
    "x\n\n Error: 401 no\n\n────────────",
    " Operation aborted\n\n────────────",
    "demo>",
    "[working] one moment",
    "[question] Do you trust this folder?",
};
enum { QUOTES = sizeof quotes / sizeof quotes[0] };

/* How an agent draws what others say: behind so many blanks, whatever its own signs are. */
static inline size_t indent_of(const char *agent) {
    switch (agent[0]) {
    case 'p':
        return 1;
    case 'q':
        return 4;
    case 'o':
        return 5;
    default:
        return 2;
    }
}

#endif
