# Tests of the program nines, from outside.
set(nines_program $<TARGET_FILE:nines_cli>)
set(NINES_DATA ${CMAKE_SOURCE_DIR}/../shared/data CACHE PATH "Folder of real logs with counted truth; tests skip without it")

# Golden cases: tests/cli/AREA/CASE/cmd with the out, err and rc it must give.
file(GLOB cases CONFIGURE_DEPENDS cli/*/*/cmd)
foreach(cmd ${cases})
	get_filename_component(case ${cmd} DIRECTORY)
	file(RELATIVE_PATH name ${CMAKE_CURRENT_SOURCE_DIR}/cli ${case})
	string(REPLACE / . name ${name})
	nines_check(cli.${name} sh ${CMAKE_CURRENT_SOURCE_DIR}/cli/run.sh ${nines_program} ${case})
endforeach()

# Every call of a kind fails in turn.
add_executable(fault fault/fault.c)
add_library(failing MODULE fault/failing.c)
target_link_libraries(fault PRIVATE nines_build)
target_link_libraries(failing PRIVATE nines_build)
set_target_properties(failing PROPERTIES C_VISIBILITY_PRESET default)
set(fault sh ${CMAKE_CURRENT_SOURCE_DIR}/fault/fault.sh ${nines_program} $<TARGET_FILE:fault> $<TARGET_FILE:failing>)
nines_check(fault.allocation ${fault} alloc)
nines_check(fault.no_memory ${fault} alloc+)
nines_check(fault.reading ${fault} open:EMFILE open+:EACCES poll:ENOMEM poll+:ENOMEM read:EIO read+:EIO)
nines_check(fault.writing ${fault} write:EIO write+:ENOSPC sync:EIO sync+:EDQUOT rename:EACCES)
nines_check(fault.harmless ${fault} open:EINTR poll:EINTR read:EINTR read:short read+:short write:EINTR write:short write+:short
	sync:EINTR)

# Whatever comes, memory stays within bounds.  With --full at sizes that take minutes.
nines_check(fault.bounds sh ${CMAKE_CURRENT_SOURCE_DIR}/fault/bounds.sh ${nines_program} $<TARGET_FILE:nines_stopwatch>)

# How a log reaches the program changes nothing.
set(laws sh ${CMAKE_CURRENT_SOURCE_DIR}/laws/laws.sh ${nines_program})
nines_check(laws.shop ${laws} ${CMAKE_SOURCE_DIR}/examples/shop/access.log ${CMAKE_SOURCE_DIR}/examples/shop/nines.yaml)
nines_check(laws.nasa ${laws} ${NINES_DATA}/nasa_short/access.log ${CMAKE_CURRENT_SOURCE_DIR}/laws/nasa.yaml)
nines_check(laws.apache ${laws} ${NINES_DATA}/elastic_apache_logs/access.log ${CMAKE_CURRENT_SOURCE_DIR}/laws/apache.yaml)
nines_check(laws.nginx ${laws} ${NINES_DATA}/elastic_nginx_logs/access.log.gz ${CMAKE_CURRENT_SOURCE_DIR}/laws/nginx.yaml)
nines_check(laws.incident ${laws} ${NINES_DATA}/nasa_incident_ndjson/logs.ndjson
	${CMAKE_CURRENT_SOURCE_DIR}/laws/incident.yaml)

# How the program was built changes nothing either.
if(NOT NINES_SANITIZE)
	set(plain ${CMAKE_CURRENT_BINARY_DIR}/plain)
	nines_check(laws.builds.build sh -c "cmake -S ${CMAKE_SOURCE_DIR} -B ${plain} -DCMAKE_BUILD_TYPE=Debug -DNINES_TESTS=OFF \
		-DNINES_SIMD=OFF -DNINES_ISAL=OFF -DNINES_ZSTD=OFF >/dev/null && cmake --build ${plain} --target nines_cli >/dev/null")
	set_tests_properties(laws.builds.build PROPERTIES FIXTURES_SETUP plain)
	set(builds sh ${CMAKE_CURRENT_SOURCE_DIR}/laws/builds.sh ${nines_program})
	nines_check(laws.builds.shop ${builds} ${CMAKE_SOURCE_DIR}/examples/shop/access.log
		${CMAKE_SOURCE_DIR}/examples/shop/nines.yaml ${plain}/nines)
	nines_check(laws.builds.nasa ${builds} ${NINES_DATA}/nasa_short/access.log
		${CMAKE_CURRENT_SOURCE_DIR}/laws/nasa.yaml ${plain}/nines)
	nines_check(laws.builds.apache ${builds} ${NINES_DATA}/elastic_apache_logs/access.log
		${CMAKE_CURRENT_SOURCE_DIR}/laws/apache.yaml ${plain}/nines)
	nines_check(laws.builds.incident ${builds} ${NINES_DATA}/nasa_incident_ndjson/logs.ndjson
		${CMAKE_CURRENT_SOURCE_DIR}/laws/incident.yaml ${plain}/nines)
	set_tests_properties(laws.builds.shop laws.builds.nasa laws.builds.apache laws.builds.incident PROPERTIES
		FIXTURES_REQUIRED plain)
endif()

# Past periods are what reports on them would be.
set(history sh ${CMAKE_CURRENT_SOURCE_DIR}/laws/history.sh ${nines_program})
nines_check(laws.history.shop ${history} ${CMAKE_SOURCE_DIR}/examples/shop/access.log
	${CMAKE_SOURCE_DIR}/examples/shop/nines.yaml)
nines_check(laws.history.nasa ${history} ${NINES_DATA}/nasa_short/access.log ${CMAKE_CURRENT_SOURCE_DIR}/laws/nasa.yaml)
nines_check(laws.history.apache ${history} ${NINES_DATA}/elastic_apache_logs/access.log
	${CMAKE_CURRENT_SOURCE_DIR}/laws/apache.yaml)

# A store that a backfill filled is the one that daily ingests filled.
set(recorded sh ${CMAKE_CURRENT_SOURCE_DIR}/laws/recorded.sh ${nines_program})
nines_check(laws.recorded.shop ${recorded} ${CMAKE_SOURCE_DIR}/examples/shop/access.log
	${CMAKE_SOURCE_DIR}/examples/shop/nines.yaml)
nines_check(laws.recorded.nasa ${recorded} ${NINES_DATA}/nasa_short/access.log ${CMAKE_CURRENT_SOURCE_DIR}/laws/nasa.yaml)
nines_check(laws.recorded.nginx ${recorded} ${NINES_DATA}/elastic_nginx_logs/access.log.gz
	${CMAKE_CURRENT_SOURCE_DIR}/laws/nginx.yaml)

# What a store says is what its logs say.
set(stored sh ${CMAKE_CURRENT_SOURCE_DIR}/laws/stored.sh ${nines_program})
nines_check(laws.stored.shop ${stored} ${CMAKE_SOURCE_DIR}/examples/shop/access.log
	${CMAKE_SOURCE_DIR}/examples/shop/nines.yaml)
nines_check(laws.stored.nasa ${stored} ${NINES_DATA}/nasa_short/access.log ${CMAKE_CURRENT_SOURCE_DIR}/laws/nasa.yaml)
nines_check(laws.stored.apache ${stored} ${NINES_DATA}/elastic_apache_logs/access.log
	${CMAKE_CURRENT_SOURCE_DIR}/laws/apache.yaml)
nines_check(laws.stored.incident ${stored} ${NINES_DATA}/nasa_incident_ndjson/logs.ndjson
	${CMAKE_CURRENT_SOURCE_DIR}/laws/incident.yaml)

nines_check(lint.options sh ${lint}/options.sh ${nines_program} ${CMAKE_SOURCE_DIR})
nines_check(lint.schema sh ${lint}/schema.sh ${nines_program} ${CMAKE_SOURCE_DIR})
nines_check(data.counts python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/data/data.py ${nines_program} ${NINES_DATA})
nines_check(docs.blocks python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/docs/docs.py ${nines_program} ${CMAKE_SOURCE_DIR})
nines_check(docs.unattended sh ${CMAKE_CURRENT_SOURCE_DIR}/docs/unattended.sh ${nines_program} ${CMAKE_SOURCE_DIR})
