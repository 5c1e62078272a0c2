UPDATE schedules
SET
  cluster_id = @cluster_id, code_name = @code_name, priority = @priority, timeout = @timeout, label = @label,
  required_labels = @required_labels,
  name = @name, run_every = @run_every, cron = @cron, time_zone = @time_zone, run_times = @run_times,
  end_at = @end_at, delay = @delay, task_delay = @task_delay, max_concurrency = @max_concurrency,
  start_at = @start_at, phase = @phase, message = @message, next_start = @next_start, last_run_at = @last_run_at,
  run_count = @run_count, error_count = @error_count, skip_count = @skip_count, collapse_count = @collapse_count,
  updated_at = @updated_at, payload = COALESCE(@payload, payload), version = version + 1
WHERE id = @id AND version = @version
RETURNING id;
