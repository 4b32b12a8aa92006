# `cpack` in the build folder makes the package (`cpack -G DEB`) or an archive of the same files.
set(MC_MAINTAINER "mc-pickup maintainers <maintainers@mc-pickup.invalid>" CACHE STRING "Maintainer named in the package")

set(CPACK_GENERATOR "TGZ;DEB")
set(CPACK_PACKAGE_NAME mc-pickup)
set(CPACK_PACKAGE_CONTACT "${MC_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "hands tickets to coding agents in tmux, one a run")
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)

# A package a component: one that is added names itself and its own dependencies here.
set(CPACK_COMPONENTS_ALL pickup)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_ARCHIVE_PICKUP_FILE_NAME "mc-pickup-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PICKUP_PACKAGE_NAME mc-pickup)
set(CPACK_DEBIAN_PICKUP_PACKAGE_DEPENDS "tmux (>= 3.3), git")
set(CPACK_COMPONENT_PICKUP_DESCRIPTION
    "Cron or a timer runs mc-pickup every minute. It takes the next ticket of a
board, which is one SQLite file, makes a git worktree for it, starts a coding
agent (Claude Code, Codex, OpenCode, Gemini CLI, Qwen Code, pi or another)
there in a tmux session and gives it the ticket as its turn.
.
It tells a busy agent from a failed one, adopts an agent that is alive behind
a ticket, never sends two turns into one agent, and after a crash or a reboot
brings the board back to what is true. mc-ticket is the operator's side: add,
look, answer, review.")

if(MC_POSTGRES)
  list(APPEND CPACK_COMPONENTS_ALL postgres)
  set(CPACK_ARCHIVE_POSTGRES_FILE_NAME
      "mc-pickup-postgres-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}")
  set(CPACK_DEBIAN_POSTGRES_PACKAGE_NAME mc-pickup-postgres)
  set(CPACK_DEBIAN_POSTGRES_PACKAGE_DEPENDS "mc-pickup (= ${PROJECT_VERSION})")
  set(CPACK_DEBIAN_POSTGRES_DESCRIPTION
      "Boards of mc-pickup on a PostgreSQL server
With this module several machines work one board, which is a schema on a
PostgreSQL server (15 or later) instead of a file. mc-pickup loads it when a
board is named that way, and needs it for nothing else.")
endif()

# In the package alone, an installation by hand stays as it is.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/stage.cmake)
set(CPACK_MC_PACKAGE_FILES ${CMAKE_CURRENT_LIST_DIR})
include(CPack)
