SELECT MIN(next_start) FROM schedules WHERE next_start IS NOT NULL;
