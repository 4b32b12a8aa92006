#ifndef MC_STORE_DIALECT_H
#define MC_STORE_DIALECT_H

/* What the raw SQL of the tests takes for granted, said to a server: a schema before the board's in their search_path.
 * The program's own statements never see it.
 *
 * A table gives its rows in the order of its key, which is what SQLite does and a server does not. A truth is 1 or 0
 * where a text begins or ends with it. Of `settings` and `ticket_counts` the columns are SQLite's: what is kept a
 * machine is that of "here". */
#define DIALECT_TEXT(type, as_text)                                                                                    \
    "CREATE FUNCTION tests.joined(text," type ")RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT "                      \
    "textcat($1," as_text "($2)::text)$$",                                                                             \
        "CREATE OPERATOR tests.||(FUNCTION=tests.joined,LEFTARG=text,RIGHTARG=" type ")",                              \
        "CREATE FUNCTION tests.joined(" type ",text)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT "                  \
        "textcat(" as_text "($1)::text,$2)$$",                                                                         \
        "CREATE OPERATOR tests.||(FUNCTION=tests.joined,LEFTARG=" type ",RIGHTARG=text)"
#define DIALECT_PAIR(left, left_as, right, right_as)                                                                   \
    "CREATE FUNCTION tests.joined(" left "," right ")RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT "                 \
    "textcat(" left_as "($1)::text," right_as "($2)::text)$$",                                                         \
        "CREATE OPERATOR tests.||(FUNCTION=tests.joined,LEFTARG=" left ",RIGHTARG=" right ")"
#define DIALECT_GROUP(type)                                                                                            \
    "CREATE FUNCTION tests.grouped(text," type ",text)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT CASE WHEN $2 "   \
    "IS NULL THEN $1 WHEN $1 IS NULL THEN $2::text ELSE textcat($1,textcat($3,$2::text))END$$",                        \
        "CREATE AGGREGATE tests.group_concat(" type ",text)(SFUNC=tests.grouped,STYPE=text)",                          \
        "CREATE FUNCTION tests.grouped(text," type ")RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT "                 \
        "tests.grouped($1,$2,',')$$",                                                                                  \
        "CREATE AGGREGATE tests.group_concat(" type ")(SFUNC=tests.grouped,STYPE=text)"
#define DIALECT_VIEW(table, key) "CREATE VIEW tests." table " AS SELECT * FROM mc_pickup." table " ORDER BY " key

static const char *const store_dialect[] = {
    "CREATE SCHEMA tests",
    DIALECT_TEXT("bigint", ""),
    DIALECT_TEXT("int", ""),
    DIALECT_TEXT("bool", "int4"),
    DIALECT_PAIR("bigint", "", "bool", "int4"),
    DIALECT_PAIR("bool", "int4", "bigint", ""),
    DIALECT_GROUP("text"),
    DIALECT_GROUP("bigint"),
    "CREATE FUNCTION tests.hex(text)RETURNS text LANGUAGE sql AS $$SELECT upper(encode(convert_to($1,'UTF8'),'hex'))$$",
    "CREATE FUNCTION tests.differs(bigint,bool)RETURNS bool LANGUAGE sql AS $$SELECT $1<>$2::int$$",
    "CREATE OPERATOR tests.<>(FUNCTION=tests.differs,LEFTARG=bigint,RIGHTARG=bool)",
    "CREATE FUNCTION tests.printf(text,bigint)RETURNS text LANGUAGE sql AS $$SELECT CASE $1 WHEN '%032x' THEN "
    "lpad(to_hex($2),32,'0')WHEN '%032d' THEN lpad($2::text,32,'0')END$$",
    "CREATE FUNCTION tests.printf(text,bigint,text)RETURNS text LANGUAGE sql AS $$SELECT CASE $1 WHEN '%.*c' THEN "
    "repeat($3,$2::int)END$$",
    "CREATE FUNCTION tests.json_set(text,text,bigint)RETURNS text LANGUAGE sql AS $$SELECT "
    "jsonb_set($1::jsonb,ARRAY[substr($2,3)],to_jsonb($3))::text$$",
    "CREATE FUNCTION tests.json_extract(text,text)RETURNS text LANGUAGE sql AS $$SELECT $1::jsonb->>substr($2,3)$$",

    DIALECT_VIEW("tickets", "id"),
    DIALECT_VIEW("ticket_needs", "ticket_id,needs_id"),
    DIALECT_VIEW("ticket_messages", "id"),
    DIALECT_VIEW("ticket_activity", "id"),
    DIALECT_VIEW("effects", "id"),
    DIALECT_VIEW("notices", "id"),
    DIALECT_VIEW("ticket_lost", "ticket_id"),
    DIALECT_VIEW("runs", "run_id"),
    DIALECT_VIEW("runtime_sessions", "session_key"),
    DIALECT_VIEW("worktree_slots", "host,slot"),
    "CREATE VIEW tests.ticket_counts AS SELECT status,sum(n)::bigint AS n FROM mc_pickup.ticket_counts GROUP BY status "
    "ORDER BY status",

    "CREATE FUNCTION tests.host_of(text)RETURNS text LANGUAGE sql AS $$SELECT CASE WHEN $1 IN('place','mass_death',"
    "'no_server','unreachable','new_trial')OR $1~'^(breaker|said|base|remote|repo|unpushed):' THEN 'here' ELSE ''END$$",
    "CREATE VIEW tests.settings AS SELECT key,value FROM mc_pickup.settings WHERE host=tests.host_of(key)AND "
    "key<>'schema' ORDER BY key",
    "CREATE FUNCTION tests.set()RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO mc_pickup.settings(host,key,"
    "value)VALUES(tests.host_of(NEW.key),NEW.key,NEW.value);RETURN NEW;END$$",
    "CREATE TRIGGER set INSTEAD OF INSERT ON tests.settings FOR EACH ROW EXECUTE FUNCTION tests.set()",
    "CREATE FUNCTION tests.reset()RETURNS trigger LANGUAGE plpgsql AS $$BEGIN UPDATE mc_pickup.settings SET "
    "host=tests.host_of(NEW.key),key=NEW.key,value=NEW.value WHERE key=OLD.key AND host=tests.host_of(OLD.key);"
    "RETURN NEW;END$$",
    "CREATE TRIGGER reset INSTEAD OF UPDATE ON tests.settings FOR EACH ROW EXECUTE FUNCTION tests.reset()",

    /* An id that a test wrote itself counts for the next one. */
    "CREATE FUNCTION tests.follow()RETURNS void LANGUAGE sql AS $$SELECT "
    "setval('mc_pickup.tickets_id_seq',(SELECT COALESCE(max(id),0)+1 FROM mc_pickup.tickets),false),"
    "setval('mc_pickup.ticket_messages_id_seq',(SELECT COALESCE(max(id),0)+1 FROM mc_pickup.ticket_messages),false),"
    "setval('mc_pickup.ticket_activity_id_seq',(SELECT COALESCE(max(id),0)+1 FROM mc_pickup.ticket_activity),false),"
    "setval('mc_pickup.effects_id_seq',(SELECT COALESCE(max(id),0)+1 FROM mc_pickup.effects),false),"
    "setval('mc_pickup.notices_id_seq',(SELECT COALESCE(max(id),0)+1 FROM mc_pickup.notices),false)$$",
    NULL,
};

#endif
