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
