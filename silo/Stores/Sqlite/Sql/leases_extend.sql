UPDATE leases SET until = MAX(until, @now + lease_seconds * 1000);
