# Makes of the staged tree what Debian wants of a package: the two documents every package has, and what is to be
# compressed compressed, the same bytes each time.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} upper)
  set(package ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  set(top ${CPACK_TEMPORARY_DIRECTORY}/${component})
  set(share ${top}${CPACK_PACKAGING_INSTALL_PREFIX}/share)
  file(COPY ${CPACK_MC_PACKAGE_FILES}/copyright ${CPACK_MC_PACKAGE_FILES}/changelog
       DESTINATION ${share}/doc/${package}
       FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  # Debian's zsh looks here for what packages bring.
  if(EXISTS ${share}/zsh/site-functions)
    file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
  endif()
  file(GLOB pages ${share}/man/*/*)
  execute_process(COMMAND gzip -9n ${pages} ${share}/doc/${package}/changelog COMMAND_ERROR_IS_FATAL ANY)
  # Whatever the umask of whoever builds.
  execute_process(COMMAND find ${top} -type d -exec chmod 755 {} + COMMAND_ERROR_IS_FATAL ANY)
endforeach()
