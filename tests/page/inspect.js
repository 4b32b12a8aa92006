// What a person would notice of the page in this window, as lists of complaints; evaluated in the browser by test_browser.py.
const SLACK = 4; // pixels that the boxes of two lines may share: letters do not fill them

function* texts(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
        if (node.data.trim() && !node.parentElement.closest("style, title, desc, .skip") &&
            node.parentElement.checkVisibility())
            yield node;
}

// What of a box can be seen inside the boxes that cut it off.
const edges = new Map();

function edge_of(e) {
    if (!e || e === document.body)
        return {left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity};
    if (!edges.has(e)) {
        const outer = edge_of(e.parentElement);
        edges.set(e, getComputedStyle(e).overflowX === "visible" ? outer : within(e.getBoundingClientRect(), outer));
    }
    return edges.get(e);
}

function within(box, edge) {
    return {left: Math.max(box.left, edge.left), right: Math.min(box.right, edge.right),
            top: Math.max(box.top, edge.top), bottom: Math.min(box.bottom, edge.bottom)};
}

function boxes() {
    const found = [], range = document.createRange();
    for (const node of texts(document.body)) {
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
            const seen = within(box, edge_of(node.parentElement));
            if (seen.right - seen.left > 1 && seen.bottom - seen.top > 1)
                found.push({node, ...seen});
        }
    }
    return found.sort((a, b) => a.top - b.top);
}

function overlaps() {
    const all = boxes(), wrong = [];
    for (let i = 0; i < all.length; i++)
        for (let j = i + 1; j < all.length && all[j].top < all[i].bottom - SLACK; j++) {
            const a = all[i], b = all[j];
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (a.node !== b.node && wide > 1 && high > SLACK)
                wrong.push([a.node.data.slice(0, 40), b.node.data.slice(0, 40), wide, high]);
        }
    return wrong;
}

// Beside each other or below: boxes of one parent do not lie on each other, nor beyond it.
function crowded() {
    const wrong = [], block = e => !["inline", "none", "contents"].includes(getComputedStyle(e).display);
    for (const parent of document.querySelectorAll("body, body *:not(svg *)")) {
        if (!parent.firstElementChild || !parent.checkVisibility())
            continue;
        const list = [...parent.children].filter(e => block(e) && e.className !== "skip" && e.checkVisibility());
        for (let i = 1; i < list.length; i++) {
            const a = list[i - 1].getBoundingClientRect(), b = list[i].getBoundingClientRect();
            if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
                Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1 && getComputedStyle(parent).columnWidth === "auto")
                wrong.push([list[i - 1].outerHTML.slice(0, 60), list[i].outerHTML.slice(0, 60)]);
        }
        const edge = parent.getBoundingClientRect();
        if (getComputedStyle(parent).overflowX === "visible")
            for (const e of list)
                if (e.getBoundingClientRect().right > edge.right + 1)
                    wrong.push(["beyond", e.outerHTML.slice(0, 60)]);
    }
    return wrong;
}

function wide() {
    return document.documentElement.scrollWidth > innerWidth ? [document.documentElement.scrollWidth] : [];
}

function colour(words) {
    const n = words.match(/[\d.]+/g).map(Number);
    return {rgb: n.slice(0, 3), alpha: n.length > 3 ? n[3] : 1};
}

function light({rgb}) {
    const [r, g, b] = rgb.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ground(element) {
    for (let e = element; e; e = e.parentElement) {
        const found = colour(getComputedStyle(e).backgroundColor);
        if (found.alpha === 1)
            return found;
    }
    return colour("rgb(255,255,255)");
}

function contrast(front, back) {
    const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
}

function faint() {
    const wrong = new Set();
    for (const node of texts(document.body)) {
        const e = node.parentElement, style = getComputedStyle(e);
        const front = colour(e.closest("svg") ? style.fill : style.color);
        if (contrast(front, ground(e)) < 4.5)
            wrong.add(`${e.tagName} ${e.className} ${style.color} ${contrast(front, ground(e)).toFixed(2)}`);
    }
    for (const mark of document.querySelectorAll("svg rect"))  {
        const style = getComputedStyle(mark);
        const front = colour(style.fill === "none" ? style.stroke : style.fill);
        if (contrast(front, ground(mark)) < 3)
            wrong.add(`rect ${mark.getAttribute("class")} ${contrast(front, ground(mark)).toFixed(2)}`);
    }
    return [...wrong];
}

function small() {
    return [...new Set([...texts(document.body)].filter(node => {
        const svg = node.parentElement.closest("svg");
        const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
        return parseFloat(getComputedStyle(node.parentElement).fontSize) * scale < (svg ? 7.5 : 11.5);
    }).map(node => node.parentElement.outerHTML.slice(0, 80)))];
}

function structure() {
    const wrong = [], all = selector => [...document.querySelectorAll(selector)];
    if (document.documentElement.lang !== "en" || !document.title)
        wrong.push("language or title");
    if (all("h1").length !== 1)
        wrong.push(`${all("h1").length} h1`);
    let level = 0;
    for (const h of all("h1, h2, h3, h4, h5, h6")) {
        if (+h.tagName[1] > level + 1)
            wrong.push(`${h.tagName} after h${level}: ${h.textContent.slice(0, 40)}`);
        level = +h.tagName[1];
    }
    for (const name of ["body > header", "nav[aria-label]", "body > main", "body > footer"])
        if (all(name).length !== 1)
            wrong.push(`${all(name).length} of ${name}`);
    wrong.push(...all("th:not([scope]), table:not(:has(thead th)), svg:not([role=img]), svg:not(:has(title)), " +
                      "details:not(:has(> summary:first-child)), main > *:not(section[aria-labelledby])," +
                      "[tabindex]:not([aria-label]), [onclick], [style], script, img, iframe, object, embed, form")
                   .map(e => e.outerHTML.slice(0, 80)));
    for (const e of all("[aria-labelledby], [aria-describedby]"))
        for (const id of `${e.getAttribute("aria-labelledby") || ""} ${e.getAttribute("aria-describedby") || ""}`.split(/\s+/))
            if (id && !document.getElementById(id))
                wrong.push(`no #${id}`);
    for (const e of all("a[href]"))
        if (!e.getAttribute("href").startsWith("#") || !document.getElementById(e.getAttribute("href").slice(1)))
            wrong.push(`leads nowhere: ${e.outerHTML}`);
    const ids = all("[id]").map(e => e.id);
    wrong.push(...ids.filter((id, i) => ids.indexOf(id) !== i).map(id => `twice #${id}`));
    return wrong;
}
