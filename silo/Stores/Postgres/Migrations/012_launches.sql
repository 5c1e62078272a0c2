-- Launches that have ended. Those that live are in their launcher's own state.
CREATE TABLE launches (
  account       text    COLLATE "C" NOT NULL,
  id            text    COLLATE "C" NOT NULL,
  credential_id text    NOT NULL,
  commit_hash   text    NOT NULL,
  verdict       integer NOT NULL,
  exit_code     integer,
  attempt       integer NOT NULL,
  job_number    bigint,
  created_at    bigint  NOT NULL,
  started_at    bigint,
  ended_at      bigint  NOT NULL,
  deadline      bigint  NOT NULL,
  cost          bigint  NOT NULL,
  PRIMARY KEY (account, id)
);

-- What launchers decided, each record with the hash of the one before. Rows are only ever added.
CREATE TABLE launch_audit (
  account        text    COLLATE "C" NOT NULL,
  sequence       bigint  NOT NULL,
  at             bigint  NOT NULL,
  event          integer NOT NULL,
  reason         text    NOT NULL,
  count          integer NOT NULL,
  credential_id  text    NOT NULL,
  address        text    NOT NULL,
  peer           text    NOT NULL,
  commit_hash    text    NOT NULL,
  launch_id      text    NOT NULL,
  job_number     bigint,
  machine_type   text    NOT NULL,
  deadline       bigint,
  cost           bigint,
  policy_version text    NOT NULL,
  key_generation text    NOT NULL,
  previous       text    NOT NULL,
  hash           text    NOT NULL,
  PRIMARY KEY (account, sequence)
);

CREATE FUNCTION launch_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit of launches is only ever added to';
END
$$;
CREATE TRIGGER launch_audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON launch_audit
FOR EACH STATEMENT EXECUTE FUNCTION launch_audit_stays();

-- What the jobs of launches have written, in pieces that follow on each other.
CREATE TABLE launch_texts (
  launch_id text    COLLATE "C" NOT NULL,
  attempt   integer NOT NULL,
  start     bigint  NOT NULL,
  size      integer NOT NULL,
  data      bytea   NOT NULL,
  PRIMARY KEY (launch_id, attempt, start)
);

-- What grains keep for themselves; the version is what a writer must have read.
CREATE TABLE grain_states (
  name    text   COLLATE "C" NOT NULL,
  key     text   COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  state   bytea,
  PRIMARY KEY (name, key)
);
