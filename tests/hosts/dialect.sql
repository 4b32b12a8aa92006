-- What the raw SQL of the tests takes for granted, said to a server: a schema before the board's in their search_path.
-- The program's own statements never see it.
--
-- A table gives its rows in the order of its key, which is what SQLite does and a server does not. A truth is 1 or 0
-- where a text begins or ends with it. Of settings and ticket_counts the columns are SQLite's: what is kept a machine is
-- that of tests.host.
CREATE SCHEMA tests;
CREATE FUNCTION tests.joined(text,bigint)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT textcat($1,($2)::text)$$;
CREATE OPERATOR tests.||(FUNCTION=tests.joined,LEFTARG=text,RIGHTARG=bigint);
CREATE FUNCTION tests.joined(bigint,text)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT textcat(($1)::text,$2)$$;
CREATE OPERATOR tests.||(FUNCTION=tests.joined,LEFTARG=bigint,RIGHTARG=text);
CREATE FUNCTION tests.joined(text,int)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT textcat($1,($2)::text)$$;
CREATE OPERATOR tests.||(FUNCTION=tests.joined,LEFTARG=text,RIGHTARG=int);
CREATE FUNCTION tests.joined(int,text)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT textcat(($1)::text,$2)$$;
CREATE OPERATOR tests.||(FUNCTION=tests.joined,LEFTARG=int,RIGHTARG=text);
CREATE FUNCTION tests.joined(text,bool)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT textcat($1,int4($2)::text)$$;
CREATE OPERATOR tests.||(FUNCTION=tests.joined,LEFTARG=text,RIGHTARG=bool);
CREATE FUNCTION tests.joined(bool,text)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT textcat(int4($1)::text,$2)$$;
CREATE OPERATOR tests.||(FUNCTION=tests.joined,LEFTARG=bool,RIGHTARG=text);
CREATE FUNCTION tests.joined(bigint,bool)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT textcat(($1)::text,int4($2)::text)$$;
CREATE OPERATOR tests.||(FUNCTION=tests.joined,LEFTARG=bigint,RIGHTARG=bool);
CREATE FUNCTION tests.joined(bool,bigint)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT textcat(int4($1)::text,($2)::text)$$;
CREATE OPERATOR tests.||(FUNCTION=tests.joined,LEFTARG=bool,RIGHTARG=bigint);
CREATE FUNCTION tests.grouped(text,text,text)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT CASE WHEN $2 IS NULL THEN $1 WHEN $1 IS NULL THEN $2::text ELSE textcat($1,textcat($3,$2::text))END$$;
CREATE AGGREGATE tests.group_concat(text,text)(SFUNC=tests.grouped,STYPE=text);
CREATE FUNCTION tests.grouped(text,text)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT tests.grouped($1,$2,',')$$;
CREATE AGGREGATE tests.group_concat(text)(SFUNC=tests.grouped,STYPE=text);
CREATE FUNCTION tests.grouped(text,bigint,text)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT CASE WHEN $2 IS NULL THEN $1 WHEN $1 IS NULL THEN $2::text ELSE textcat($1,textcat($3,$2::text))END$$;
CREATE AGGREGATE tests.group_concat(bigint,text)(SFUNC=tests.grouped,STYPE=text);
CREATE FUNCTION tests.grouped(text,bigint)RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT tests.grouped($1,$2,',')$$;
CREATE AGGREGATE tests.group_concat(bigint)(SFUNC=tests.grouped,STYPE=text);
CREATE FUNCTION tests.hex(text)RETURNS text LANGUAGE sql AS $$SELECT upper(encode(convert_to($1,'UTF8'),'hex'))$$;
CREATE FUNCTION tests.differs(bigint,bool)RETURNS bool LANGUAGE sql AS $$SELECT $1<>$2::int$$;
CREATE OPERATOR tests.<>(FUNCTION=tests.differs,LEFTARG=bigint,RIGHTARG=bool);
CREATE FUNCTION tests.printf(text,bigint)RETURNS text LANGUAGE sql AS $$SELECT CASE $1 WHEN '%032x' THEN lpad(to_hex($2),32,'0')WHEN '%032d' THEN lpad($2::text,32,'0')END$$;
CREATE FUNCTION tests.printf(text,bigint,text)RETURNS text LANGUAGE sql AS $$SELECT CASE $1 WHEN '%.*c' THEN repeat($3,$2::int)END$$;
CREATE FUNCTION tests.json_set(text,text,bigint)RETURNS text LANGUAGE sql AS $$SELECT jsonb_set($1::jsonb,ARRAY[substr($2,3)],to_jsonb($3))::text$$;
CREATE FUNCTION tests.json_extract(text,text)RETURNS text LANGUAGE sql AS $$SELECT $1::jsonb->>substr($2,3)$$;
CREATE VIEW tests.tickets AS SELECT * FROM mc_pickup.tickets ORDER BY id;
CREATE VIEW tests.ticket_needs AS SELECT * FROM mc_pickup.ticket_needs ORDER BY ticket_id,needs_id;
CREATE VIEW tests.ticket_messages AS SELECT * FROM mc_pickup.ticket_messages ORDER BY id;
CREATE VIEW tests.ticket_activity AS SELECT * FROM mc_pickup.ticket_activity ORDER BY id;
CREATE VIEW tests.effects AS SELECT * FROM mc_pickup.effects ORDER BY id;
CREATE VIEW tests.notices AS SELECT * FROM mc_pickup.notices ORDER BY id;
CREATE VIEW tests.ticket_lost AS SELECT * FROM mc_pickup.ticket_lost ORDER BY ticket_id;
CREATE VIEW tests.runs AS SELECT * FROM mc_pickup.runs ORDER BY run_id;
CREATE VIEW tests.runtime_sessions AS SELECT * FROM mc_pickup.runtime_sessions ORDER BY session_key;
CREATE VIEW tests.worktree_slots AS SELECT * FROM mc_pickup.worktree_slots ORDER BY host,slot;
CREATE VIEW tests.ticket_counts AS SELECT status,sum(n)::bigint AS n FROM mc_pickup.ticket_counts GROUP BY status ORDER BY status;
CREATE FUNCTION tests.host_of(text)RETURNS text LANGUAGE sql AS $$SELECT CASE WHEN $1 IN('place','mass_death','no_server','unreachable','new_trial','tmux_socket')OR $1~'^(breaker|said|base|remote|repo|unpushed):' THEN COALESCE(NULLIF(current_setting('tests.host',true),''),'here')ELSE ''END$$;
CREATE VIEW tests.settings AS SELECT key,value FROM mc_pickup.settings WHERE host=tests.host_of(key)AND key<>'schema' ORDER BY key;
CREATE FUNCTION tests.set()RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO mc_pickup.settings(host,key,value)VALUES(tests.host_of(NEW.key),NEW.key,NEW.value);RETURN NEW;END$$;
CREATE TRIGGER set INSTEAD OF INSERT ON tests.settings FOR EACH ROW EXECUTE FUNCTION tests.set();
CREATE FUNCTION tests.reset()RETURNS trigger LANGUAGE plpgsql AS $$BEGIN UPDATE mc_pickup.settings SET host=tests.host_of(NEW.key),key=NEW.key,value=NEW.value WHERE key=OLD.key AND host=tests.host_of(OLD.key);RETURN NEW;END$$;
CREATE TRIGGER reset INSTEAD OF UPDATE ON tests.settings FOR EACH ROW EXECUTE FUNCTION tests.reset();
CREATE FUNCTION tests.follow()RETURNS void LANGUAGE sql AS $$SELECT setval('mc_pickup.tickets_id_seq',(SELECT COALESCE(max(id),0)+1 FROM mc_pickup.tickets),false),setval('mc_pickup.ticket_messages_id_seq',(SELECT COALESCE(max(id),0)+1 FROM mc_pickup.ticket_messages),false),setval('mc_pickup.ticket_activity_id_seq',(SELECT COALESCE(max(id),0)+1 FROM mc_pickup.ticket_activity),false),setval('mc_pickup.effects_id_seq',(SELECT COALESCE(max(id),0)+1 FROM mc_pickup.effects),false),setval('mc_pickup.notices_id_seq',(SELECT COALESCE(max(id),0)+1 FROM mc_pickup.notices),false)$$;
CREATE FUNCTION tests.max(bigint,bigint)RETURNS bigint LANGUAGE sql AS $$SELECT GREATEST($1,$2)$$;
CREATE FUNCTION tests.min(bigint,bigint)RETURNS bigint LANGUAGE sql AS $$SELECT LEAST($1,$2)$$;
CREATE FUNCTION tests.strftime(text,text)RETURNS bigint LANGUAGE sql AS $$SELECT date_part('epoch',now())::bigint$$;
