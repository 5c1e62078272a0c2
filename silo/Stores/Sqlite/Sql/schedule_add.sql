INSERT INTO schedules (
  id, project_id, cluster_id, code_name, priority, timeout, label, name, run_every, cron, time_zone, run_times,
  end_at, delay, task_delay, max_concurrency, start_at, phase, message, next_start, last_run_at, run_count,
  error_count, skip_count, collapse_count, created_at, updated_at, payload, required_labels)
VALUES (
  @id, @project_id, @cluster_id, @code_name, @priority, @timeout, @label, @name, @run_every, @cron, @time_zone,
  @run_times, @end_at, @delay, @task_delay, @max_concurrency, @start_at, @phase, @message, @next_start, @last_run_at,
  @run_count, @error_count, @skip_count, @collapse_count, @created_at, @updated_at, @payload,
  @required_labels);
