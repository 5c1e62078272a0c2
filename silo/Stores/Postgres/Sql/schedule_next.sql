SELECT min(next_start) - now_ms() FROM schedules WHERE next_start IS NOT NULL;
