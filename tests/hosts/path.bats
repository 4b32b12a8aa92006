#!/usr/bin/env bats
# A role that may make things in a schema of the database is not thereby the board's owner or worker: names are found
# where the program means them, whatever search_path says (mc-board(5)).

setup() {
    load hosts
    machines
    machine a
    ticket init >/dev/null
}

teardown() {
    machines_end
}

by_hand() {
    env -i PATH="$CLEAN_PATH" HOME="$MACHINE" psql -X -q -t -A -v ON_ERROR_STOP=1 -d "$1" -f -
}

# Operators and functions of the names that statements use, each of which tells who has called it.
plant() {
    by_hand "$DB" <<'END'
CREATE ROLE evil LOGIN;
GRANT ALL ON SCHEMA public TO evil;
END
    by_hand "${DB/mc@/evil@}" <<'END'
CREATE TABLE public.hits(t text);
GRANT ALL ON public.hits TO PUBLIC;
CREATE FUNCTION public.hit()RETURNS void LANGUAGE sql AS 'INSERT INTO public.hits VALUES(current_user)';
CREATE FUNCTION public.eqt(text,text)RETURNS boolean LANGUAGE plpgsql AS
    'BEGIN PERFORM public.hit();RETURN pg_catalog.texteq($1,$2);END';
CREATE OPERATOR public.=(leftarg=text,rightarg=text,function=public.eqt);
CREATE FUNCTION public.eqb(bigint,bigint)RETURNS boolean LANGUAGE plpgsql AS
    'BEGIN PERFORM public.hit();RETURN pg_catalog.int8eq($1,$2);END';
CREATE OPERATOR public.=(leftarg=bigint,rightarg=bigint,function=public.eqb);
CREATE FUNCTION public.eqi(bigint,integer)RETURNS boolean LANGUAGE plpgsql AS
    'BEGIN PERFORM public.hit();RETURN pg_catalog.int84eq($1,$2);END';
CREATE OPERATOR public.=(leftarg=bigint,rightarg=integer,function=public.eqi);
CREATE FUNCTION public.cat(text,text)RETURNS text LANGUAGE plpgsql AS
    'BEGIN PERFORM public.hit();RETURN pg_catalog.textcat($1,$2);END';
CREATE OPERATOR public.||(leftarg=text,rightarg=text,function=public.cat);
CREATE FUNCTION public.times(double precision,integer)RETURNS double precision LANGUAGE plpgsql AS
    'BEGIN PERFORM public.hit();RETURN 0;END';
CREATE OPERATOR public.*(leftarg=double precision,rightarg=integer,function=public.times);
CREATE TABLE public.tickets(id bigint);
CREATE TABLE public.settings(host text,key text,value text);
END
    by_hand "$DB" <<'END'
ALTER ROLE mc SET search_path=public,pg_catalog;
END
}

@test "what another role has planted under our names is never called, by whatever asks" {
    plant
    # It would be, without care:
    is "$(echo "SELECT 'a'::text='a'::text" | by_hand "$DB")" t
    is "$(echo "SELECT pg_catalog.count(*) FROM public.hits" | by_hand "$DB")" 1
    add one
    expect 0 ticket init
    for command in list "show MC-1" hosts runtimes pool health doctor breaker "list --order next" "list --search one"; do
        # shellcheck disable=SC2086
        ticket $command >/dev/null 2>&1 || true
    done
    pickup --dry-run >/dev/null
    pickup >/dev/null
    wait_for has_events signal 1
    pickup >/dev/null
    ticket approve MC-1 >/dev/null
    pickup >/dev/null
    ticket export >/dev/null
    is "$(echo "SELECT pg_catalog.count(*) FROM public.hits" | by_hand "$DB")" 1
    has "$(ticket list)" " done "
}
