UPDATE clusters
SET name = COALESCE(@name, name),
    memory = COALESCE(@memory, memory),
    disk_space = COALESCE(@disk_space, disk_space),
    cpu_share = COALESCE(@cpu_share, cpu_share),
    max_timeout = COALESCE(@max_timeout, max_timeout)
WHERE id = @id
RETURNING id;
