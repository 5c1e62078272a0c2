-- name: launch
SELECT id, credential_id, commit_hash, verdict, exit_code, attempt, job_number, created_at, started_at, ended_at, deadline, cost
FROM launches
WHERE account = @account AND id = @id;

-- name: launch_add
INSERT INTO launches (
  account, id, credential_id, commit_hash, verdict, exit_code, attempt, job_number, created_at, started_at, ended_at, deadline, cost)
VALUES (
  @account, @id, @credential_id, @commit_hash, @verdict, @exit_code, @attempt, @job_number, @created_at, @started_at, @ended_at, @deadline, @cost)
ON CONFLICT (account, id) DO NOTHING;

-- name: launch_list
SELECT id, credential_id, commit_hash, verdict, exit_code, attempt, job_number, created_at, started_at, ended_at, deadline, cost
FROM launches
WHERE account = @account AND id < @before
ORDER BY id DESC
LIMIT @most;

-- name: launch_text_add
INSERT INTO launch_texts (launch_id, attempt, start, size, data)
VALUES (@launch_id, @attempt, @start, @size, @data)
ON CONFLICT (launch_id, attempt, start) DO NOTHING
RETURNING start;

-- name: launch_text_end
SELECT start + size
FROM launch_texts
WHERE launch_id = @launch_id AND attempt = @attempt
ORDER BY start DESC
LIMIT 1;

-- name: launch_text_read
SELECT start, data
FROM launch_texts
WHERE launch_id = @launch_id AND attempt = @attempt AND start >= COALESCE((
  SELECT MAX(start) FROM launch_texts WHERE launch_id = @launch_id AND attempt = @attempt AND start <= @offset), 0)
ORDER BY start
LIMIT 16;
