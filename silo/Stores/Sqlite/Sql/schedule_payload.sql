SELECT payload FROM schedules WHERE id = @id;
