-- name: claim
WITH asking AS MATERIALIZED (
  -- Shared with other claims; a drain or pause waits for them, and they for it, whose outcome they then see.
  SELECT s.id, s.phase = 0 AND s.paused = 0 AS may_claim, s.labels
  FROM sessions s
  WHERE s.id = ANY (@session_id)
  ORDER BY s.id
  FOR SHARE
), slots AS MATERIALIZED (
  SELECT
    array_agg(s.session_id ORDER BY s.place) AS session_ids,
    array_agg(s.claim_key ORDER BY s.place) AS claim_keys,
    array_agg(s.token ORDER BY s.place) AS tokens,
    count(*) AS most
  FROM unnest(@session_id, @claim_key, @token) WITH ORDINALITY s (session_id, claim_key, token, place)
  WHERE (s.session_id IN (SELECT a.id FROM asking a WHERE a.may_claim)) IS TRUE
), room AS MATERIALIZED (
  SELECT c.code_id, greatest(c.most - c.taken, 0) AS room
  FROM code_limits c
  WHERE c.most > 0 AND c.code_id = ANY (ARRAY(SELECT l.code_id FROM lanes l WHERE l.id = ANY (@lane)))
  ORDER BY c.code_id
  FOR UPDATE
), head AS MATERIALIZED (
  -- A condition = ANY (ARRAY[x]) is served by an index or not at all: the request leads, and each row is looked up.
  SELECT h.lane, h.priority, h.after, r.code_id AS limit_code, r.room, least(s.most, r.room) AS most
  FROM slots s
  CROSS JOIN unnest(@lane, @priority, @after) h (lane, priority, after)
  JOIN lanes l ON l.id = ANY (ARRAY[h.lane])
  LEFT JOIN room r ON r.code_id = l.code_id
  WHERE NOT EXISTS (SELECT 1 FROM paused_codes p WHERE p.code_id = ANY (ARRAY[l.code_id]))
    AND (l.labels = '' OR NOT EXISTS (
      SELECT 1
      FROM asking a
      WHERE a.may_claim AND NOT string_to_array(a.labels, ' ') @> string_to_array(l.labels, ' ')))
), seen AS (
  SELECT
    h.*, r.key,
    row_number() OVER (PARTITION BY h.limit_code ORDER BY h.priority DESC, r.key) AS place_in_limit
  FROM head h
  CROSS JOIN LATERAL (
    SELECT r.key
    FROM ready r
    WHERE r.lane = h.lane AND r.priority = h.priority AND r.key > h.after
    ORDER BY r.key
    LIMIT h.most) r
), share AS MATERIALIZED (
  -- How many of the first tasks stand at each head: so no more rows are locked than are taken.
  SELECT f.lane, f.priority, f.after, f.limit_code, count(*) AS most
  FROM (
    SELECT s.*
    FROM seen s
    WHERE s.room IS NULL OR s.place_in_limit <= s.room
    ORDER BY s.priority DESC, s.key
    LIMIT (SELECT w.most FROM slots w)) f
  GROUP BY f.lane, f.priority, f.after, f.limit_code
), taken AS MATERIALIZED (
  SELECT s.lane, s.priority, s.limit_code, r.*
  FROM share s
  CROSS JOIN LATERAL (
    SELECT r.ctid AS held, r.key, r.task_id, r.attempt + 1 AS attempt, r.losses, r.lease_seconds
    FROM ready r
    WHERE r.lane = s.lane AND r.priority = s.priority AND r.key > s.after
    ORDER BY r.key
    LIMIT s.most
    FOR UPDATE SKIP LOCKED) r
), lease AS MATERIALIZED (
  SELECT t.*, s.session_ids[t.place] AS session_id, s.claim_keys[t.place] AS claim_key, s.tokens[t.place] AS token
  FROM slots s
  CROSS JOIN (SELECT k.*, row_number() OVER (ORDER BY k.priority DESC, k.key) AS place FROM taken k) t
), gone AS (
  -- The rows are locked: they stay where they are.
  DELETE FROM ready r
  USING lease l
  WHERE r.ctid = l.held
), leased AS (
  INSERT INTO leases (task_id, attempt, losses, token, session_id, claim_key, claimed_at, until, lease_seconds, limit_code)
  SELECT task_id, attempt, losses, token, session_id, claim_key, now_ms(), now_ms() + @first_lease, lease_seconds, limit_code
  FROM lease
), counted AS (
  UPDATE code_limits c
  SET taken = c.taken + n.count
  FROM (SELECT limit_code, count(*) FROM lease WHERE limit_code IS NOT NULL GROUP BY limit_code) n
  WHERE c.code_id = ANY (ARRAY[n.limit_code])
)
-- One row also when nothing was taken: it says whether others hold what could have been.
-- The task is as it was before: the lease is not seen yet.
SELECT
  s.*, t.payload, now_ms(), l.attempt, l.token, l.session_id, l.claim_key, l.lane, l.priority, l.key,
  COALESCE((SELECT sum(s.most) FROM share s), 0)::integer AS seen
FROM slots w
LEFT JOIN lease l ON true
LEFT JOIN task_states s ON s.id = ANY (ARRAY[l.task_id])
LEFT JOIN tasks t ON t.id = ANY (ARRAY[l.task_id])
ORDER BY l.place;

-- name: lapsed
-- Rows that another silo is taking back just now are left to it.
WITH lapsed AS MATERIALIZED (
  SELECT l.task_id
  FROM leases l
  WHERE l.until <= now_ms()
  LIMIT @most
  FOR UPDATE SKIP LOCKED
)
SELECT s.*, now_ms()
FROM lapsed l
JOIN task_states s ON s.id = ANY (ARRAY[l.task_id]);

-- name: leases_extend
-- Rows are locked in the order of their ids, as a renewal locks them.
UPDATE leases l
SET until = greatest(l.until, now_ms() + l.lease_seconds * 1000)
FROM (SELECT task_id FROM leases ORDER BY task_id FOR NO KEY UPDATE) o
WHERE l.task_id = o.task_id;

-- name: renew
UPDATE leases l
SET until = greatest(l.until, now_ms() + l.lease_seconds * 1000),
    confirmed = 1,
    phase = i.phase,
    started_at = COALESCE(l.started_at, CASE WHEN i.phase = 2 THEN now_ms() END),
    percent = COALESCE(i.percent, l.percent),
    message = COALESCE(i.message, l.message),
    digest = COALESCE(i.digest, l.digest)
FROM (
  -- In the order of ids, so that statements which meet take rows in the same order.
  SELECT *
  FROM unnest(@task_id, @attempt, @token, @session_id, @phase, @percent, @message, @digest)
    u (task_id, attempt, token, session_id, phase, percent, message, digest)
  ORDER BY u.task_id COLLATE "C") i
-- Served by the key's index or not at all: each lease is looked up by its task.
WHERE l.task_id = ANY (ARRAY[i.task_id])
  AND (l.attempt, l.token, l.session_id) IS NOT DISTINCT FROM (i.attempt, i.token, i.session_id)
RETURNING l.task_id, l.attempt, l.token, l.session_id, l.lease_seconds, l.stopping;
