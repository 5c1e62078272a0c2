namespace OrleansHybrid.Runner.Configuration;

/// <summary>What the program says when it is asked for help.</summary>
internal static class Usage
{
    public const string Text = """
        Runs tasks of one cluster on this machine. It dials out to the control plane and listens on nothing, but with
        METRICS.

        Needed, from the environment only (each also as a file named by CLUSTER_ID_FILE and so on; for one of them - is standard input):
          CLUSTER_ID         the cluster, 24 hex digits (or --cluster-id)
          CLUSTER_TOKEN      its token, which also names the control plane
          DECRYPTION_KEY     hex key, or private RSA key in PEM, or several: nothing is started but what opens with one of them

        May be set, in the environment or as an option:
          --executor         EXECUTOR       docker (default), or process: child processes, no security boundary
          --slots            SLOTS          tasks at the same time; default: one per processor
          --runner-name      RUNNER_NAME    a name for people; default: the host's
          --labels           LABELS         what tasks may require of it: name or name=value, with commas between, as in gpu,zone=eu-1
          --state-dir        STATE_DIR      where the session outlives the process; default: ~/.local/state/hybrid/runner
          --log-limit        LOG_LIMIT      most bytes of one task's log; default: 10 MiB
          --task-memory      TASK_MEMORY    a task's memory where its cluster says nothing; default: 512m (also MEMORY_PER_JOB)
          --max-memory       MAX_MEMORY     the most that a cluster may ask for; likewise MAX_DISK, and MAX_TIMEOUT in seconds
          --task-cpus        TASK_CPUS      processors of a task; default: 2. CPU_SHARES: its weight
          --task-pids        TASK_PIDS      processes and threads of a task; default: 256
          --task-disk        TASK_DISK      what it may write, where the storage can limit that; default: 10g, 0 for no limit
          --task-tmp         TASK_TMP       room in its /tmp, which counts as memory; default: 64m, 0 for the image's own /tmp
          --task-network     TASK_NETWORK   none, bridge or a network's name; default: one of our own, where tasks can't reach each other
          --task-dir-tmpfs   TASK_DIR_TMPFS a folder of this host in memory: tasks' files are bound from there, which is sooner done; default: none
          --pull             PULL           missing (default), always or never
          --allow-images     ALLOW_IMAGES   which images may run, such as registry.example.com/team/**, with commas between them
          --policy-file      POLICY_FILE    JSON: which images may run, and which get more or less than the above
          --zip-cache-limit    ZIP_CACHE_LIMIT     most bytes of all zips kept in the state folder; default: 1 GiB
          --zip-unpacked-limit ZIP_UNPACKED_LIMIT  most bytes that one zip may unpack to; default: 1 GiB
          --min-free-disk    MIN_FREE_DISK  bytes that must be free for tasks to be claimed; default: 128 MiB
          --accept-seals     ACCEPT_SEALS   which sealed payloads are opened: v1, s, r; default: all that the keys open
          --require-signed 1 REQUIRE_SIGNED=1  starts only code packages that were signed with the key, by digest
          --api-url          API_URL        the control plane's address, instead of the token's
          --allow-http 1     ALLOW_HTTP=1   plain http to another machine: sends secrets in the clear
          --ca-file          CA_FILE        root certificates in PEM that are trusted for the control plane, beside the system's
          --log-format       LOG_FORMAT     text (default), or json: one object a line
          --log-level        LOG_LEVEL      debug (a line for each task), info (default) or warn
          --metrics          METRICS        unix:PATH or 127.0.0.1:PORT, where /metrics, /healthz and /readyz can be asked for

        To leave by itself, as after the first TERM, with exit code 0:
          --once 1           ONCE=1         after one task
          --stop-after-tasks STOP_AFTER_TASKS  after so many tasks; it never claims more
          --stop-when-idle   STOP_WHEN_IDLE seconds without a task
          --stop-after       STOP_AFTER     seconds of life

        In the control plane's own, trusted network:
          --link grains      LINK=grains    calls the control plane's grains through its gateways, instead of https
          --gateways         GATEWAYS       where they are: HOST:PORT, with commas between them
          --gateway-certificate-file, --gateway-key-file, --gateway-ca-file
                                            files with this runner's certificate, its key and the installation's ca.crt, as
                                            silo admin certificate runner NAME makes them; also GATEWAY_CERTIFICATE_FILE …

        doctor [--json] [--image IMAGE], in front of options as above: says in a line each what is in order and what is not, from name
        server and proxy to a test container of IMAGE, with the remedy. Exit code 0, or 1 where something fails, or 78.

        Signals: the first TERM or INT finishes what runs, the second hands it back, the third ends at once.
        Exit codes: 0 left in order, 3 refused, 4 wrong token, 75 start it again, 78 bad setting.
        """;
}
