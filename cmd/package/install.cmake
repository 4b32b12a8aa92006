# What is installed beside programs and manual pages. The examples name the folder that the programs come to, which is
# known only then.
set(examples ${CMAKE_INSTALL_DATADIR}/doc/mc-pickup/examples)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/examples/mc-pickup.timer DESTINATION ${examples})
foreach(example IN ITEMS mc-pickup.service crontab)
  install(CODE "
    get_filename_component(bindir \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\" ABSOLUTE)
    configure_file(\"${CMAKE_CURRENT_LIST_DIR}/examples/${example}.in\"
                   \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${examples}/${example}\" @ONLY
                   FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)")
endforeach()

# Loaded by the name of the command that is completed.
set(completion ${CMAKE_CURRENT_LIST_DIR}/../completion)
foreach(program IN ITEMS mc-ticket mc-pickup)
  install(FILES ${completion}/mc-ticket.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
          RENAME ${program})
  install(FILES ${completion}/mc-ticket.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
          RENAME ${program}.fish)
endforeach()
install(FILES ${completion}/_mc-ticket DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
