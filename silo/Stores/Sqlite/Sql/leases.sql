-- name: lapsed
-- CROSS keeps the order of the tables: leases lead, which are few beside the tasks.
SELECT s.*
FROM leases l
CROSS JOIN task_states s
WHERE s.id = l.task_id AND l.until <= @now
LIMIT @most;

-- name: lease_add
INSERT INTO leases (task_id, attempt, losses, token, session_id, claim_key, claimed_at, until, lease_seconds, limit_code)
VALUES (@task_id, @attempt, @losses, @token, @session_id, @claim_key, @claimed_at, @until, @lease_seconds, @limit_code);

-- name: lease_drop
DELETE FROM leases WHERE task_id = @task_id RETURNING limit_code, session_id, claimed_at;

-- name: lease_stop
UPDATE leases SET stopping = 1 WHERE task_id = @task_id RETURNING NULL, session_id, claimed_at;

-- name: leases_extend
UPDATE leases SET until = MAX(until, @now + lease_seconds * 1000);

-- name: limit_take
UPDATE code_limits SET taken = taken + @count WHERE code_id = @code_id;

-- name: renew
UPDATE leases
SET until = @now + lease_seconds * 1000,
    confirmed = 1,
    phase = @phase,
    started_at = COALESCE(started_at, CASE WHEN @phase = 2 THEN @now END),
    percent = COALESCE(@percent, percent),
    message = COALESCE(@message, message),
    digest = COALESCE(@digest, digest)
WHERE task_id = @task_id AND attempt = @attempt AND token = @token AND session_id = @session_id
RETURNING lease_seconds, stopping;
