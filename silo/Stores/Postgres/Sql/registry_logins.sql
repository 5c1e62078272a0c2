SELECT address, sealed FROM registry_logins WHERE project_id = @project_id ORDER BY address;
