-- The statements of one command are one transaction, so the lock holds until all of this is done.
SELECT pg_advisory_xact_lock(hashtext('the tables of Orleans'));

CREATE TABLE IF NOT EXISTS orleans_clusters (
  id      text    PRIMARY KEY,
  version integer NOT NULL
);

CREATE TABLE IF NOT EXISTS orleans_silos (
  cluster_id   text        NOT NULL REFERENCES orleans_clusters (id),
  address      text        NOT NULL,
  port         integer     NOT NULL,
  generation   integer     NOT NULL,
  name         text        NOT NULL,
  host         text        NOT NULL,
  status       integer     NOT NULL,
  gateway_port integer     NOT NULL,
  suspected_by text,
  started_at   timestamptz NOT NULL,
  alive_at     timestamptz NOT NULL,
  PRIMARY KEY (cluster_id, address, port, generation)
);

-- This name and its columns' names are Orleans' own: here it looks up what to run, by keys that it gives.
CREATE TABLE IF NOT EXISTS OrleansQuery (
  QueryKey  text PRIMARY KEY,
  QueryText text NOT NULL
);

INSERT INTO OrleansQuery (QueryKey, QueryText)
VALUES
  ('InsertMembershipVersionKey', $q$
    WITH added AS (
      INSERT INTO orleans_clusters (id, version) VALUES (@DeploymentId, 0) ON CONFLICT (id) DO NOTHING RETURNING id
    )
    SELECT EXISTS (SELECT FROM added)
  $q$),

  -- Whoever changes the members raises the version from the one that was read: the loser of a race changes nothing.
  ('InsertMembershipKey', $q$
    WITH raised AS (
      UPDATE orleans_clusters SET version = version + 1
      WHERE id = @DeploymentId AND version = @Version AND NOT EXISTS (
        SELECT FROM orleans_silos
        WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
      RETURNING id
    ), added AS (
      INSERT INTO orleans_silos
        (cluster_id, address, port, generation, name, host, status, gateway_port, started_at, alive_at)
      SELECT
        id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort,
        CAST(@StartTime AS timestamptz), CAST(@IAmAliveTime AS timestamptz)
      FROM raised
      RETURNING cluster_id
    )
    SELECT EXISTS (SELECT FROM added)
  $q$),

  ('UpdateMembershipKey', $q$
    WITH raised AS (
      UPDATE orleans_clusters SET version = version + 1
      WHERE id = @DeploymentId AND version = @Version AND EXISTS (
        SELECT FROM orleans_silos
        WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
      RETURNING id
    ), changed AS (
      UPDATE orleans_silos SET
        status = @Status, suspected_by = CAST(@SuspectTimes AS text), alive_at = CAST(@IAmAliveTime AS timestamptz)
      FROM raised
      WHERE cluster_id = raised.id AND address = @Address AND port = @Port AND generation = @Generation
      RETURNING cluster_id
    )
    SELECT EXISTS (SELECT FROM changed)
  $q$),

  ('UpdateIAmAlivetimeKey', $q$
    UPDATE orleans_silos SET alive_at = CAST(@IAmAliveTime AS timestamptz)
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
  $q$),

  -- The version comes also when there is no such silo.
  ('MembershipReadRowKey', $q$
    SELECT
      s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName, s.host AS HostName,
      s.status AS Status, s.gateway_port AS ProxyPort, s.suspected_by AS SuspectTimes, s.started_at AS StartTime,
      s.alive_at AS IAmAliveTime, c.version AS Version
    FROM orleans_clusters c
    LEFT JOIN orleans_silos s
      ON s.cluster_id = c.id AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
    WHERE c.id = @DeploymentId
  $q$),

  ('MembershipReadAllKey', $q$
    SELECT
      s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName, s.host AS HostName,
      s.status AS Status, s.gateway_port AS ProxyPort, s.suspected_by AS SuspectTimes, s.started_at AS StartTime,
      s.alive_at AS IAmAliveTime, c.version AS Version
    FROM orleans_clusters c
    LEFT JOIN orleans_silos s ON s.cluster_id = c.id
    WHERE c.id = @DeploymentId
  $q$),

  ('GatewaysQueryKey', $q$
    SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation
    FROM orleans_silos
    WHERE cluster_id = @DeploymentId AND status = @Status AND gateway_port > 0
  $q$),

  ('DeleteMembershipTableEntriesKey', $q$
    DELETE FROM orleans_silos WHERE cluster_id = @DeploymentId;
    DELETE FROM orleans_clusters WHERE id = @DeploymentId
  $q$),

  -- 3: the silo is active, however long ago it said so.
  ('CleanupDefunctSiloEntriesKey', $q$
    DELETE FROM orleans_silos
    WHERE cluster_id = @DeploymentId AND alive_at < CAST(@IAmAliveTime AS timestamptz) AND status <> 3
  $q$)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = EXCLUDED.QueryText;
