using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Hosting.Systemd;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.Systemd;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Systemd;

/// <summary>The notifications of a runner to systemd.</summary>
[SupportedOSPlatform("linux")]
public sealed class SystemdReporterTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_ready_once_it_is_enrolled_beats_while_it_idles_and_says_that_it_stops(bool isAbstract)
    {
        await using var plane = await FakeControlPlane.StartAsync();
        using var manager = new NotifySocketListener(isAbstract ? $"@hybrid-{Guid.NewGuid():N}" : $"{_folder.FullName}/notify");
        plane.Fail("enrol", 503);
        using var program = Start(plane, manager.Name, watchdogMicros: 200_000);

        Assert.StartsWith("STATUS=not enrolled yet:", await manager.NextAsync(text => text.Contains("STATUS")), StringComparison.Ordinal);
        Assert.DoesNotContain(manager.Received, text => text.Contains("READY=1"));
        plane.Recover("enrol");
        var ready = await manager.NextAsync(text => text.Contains("READY=1"));
        Assert.StartsWith($"READY=1\nSTATUS=session {1:x24} of cluster ", ready, StringComparison.Ordinal);
        for (var beats = 0; beats < 5; beats++)
        {
            await manager.NextAsync(text => text == "WATCHDOG=1");
        }

        _ = Posix.Signal(program.Id, Posix.SigTerm);
        Assert.EndsWith("\nEXTEND_TIMEOUT_USEC=200000", await manager.NextAsync(text => text.StartsWith("STOPPING=1\nSTATUS=")), StringComparison.Ordinal);
        await program.WaitForExitAsync();
        Assert.Equal(0, program.ExitCode);
        Assert.DoesNotContain(manager.Received, text => text.Contains(FakeControlPlane.ClusterToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_heartbeat_that_hangs_ends_the_beats_and_a_drain_that_takes_long_extends_its_time()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        using var manager = new NotifySocketListener($"{_folder.FullName}/notify");
        var hanging = new TaskCompletionSource();
        var hung = new TaskCompletionSource();
        plane.Interceptors["heartbeat"] = async _ =>
        {
            hung.TrySetResult();
            await hanging.Task;
            return 0;
        };
        // The task may be another user's.
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        using var program = Start(plane, manager.Name, watchdogMicros: 200_000);
        var order = TaskAssignments.New($"until [ -e '{_folder.FullName}/go' ]; do sleep 0.05; done") with
        {
            Command = "sh payload",
        };
        plane.Offer(order);
        await hung.Task;

        manager.Drop();
        var next = manager.NextAsync(_ => true);
        await Assert.ThrowsAsync<TimeoutException>(() => next.WaitAsync(TimeSpan.FromSeconds(1)));
        hanging.SetResult();
        Assert.Equal("WATCHDOG=1", await next);
        _ = Posix.Signal(program.Id, Posix.SigTerm);
        await manager.NextAsync(text => text.StartsWith("STOPPING=1"));
        await manager.NextAsync(text => text == "WATCHDOG=1\nEXTEND_TIMEOUT_USEC=200000");
        await File.WriteAllTextAsync($"{_folder.FullName}/go", "");
        Assert.Equal("complete", Assert.Single((await plane.Finishes.NextAsync()).Results).Status);
        await program.WaitForExitAsync();
        Assert.Equal(0, program.ExitCode);
    }

    [Theory]
    [InlineData("", "200000", "")]
    [InlineData("vsock:2:1", "200000", "")]
    [InlineData("@nobody-listens-here", "200000", "")]
    [InlineData("@nobody-listens-here", "nonsense", "")]
    public void A_missing_or_malformed_notify_socket_is_ignored(string socket, string micros, string pid)
    {
        var environment = new Dictionary<string, string> { ["WATCHDOG_USEC"] = micros, ["WATCHDOG_PID"] = pid };
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", socket);
        var service = new SystemdReporter(
            new SystemdNotifier(), SystemdReporter.ReadWatchdog(environment.GetValueOrDefault), new RunnerHealth(TimeProvider.System), false, TimeProvider.System);
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", null);

        service.NotifyReady("x");
        service.Heartbeat();
        service.NotifyStopping("y");
        Assert.Equal(micros == "nonsense" ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(100), service.HeartbeatInterval);
    }

    [Fact]
    public void A_watchdog_that_is_meant_for_another_process_is_left_alone()
    {
        var environment = new Dictionary<string, string> { ["WATCHDOG_USEC"] = "200000", ["WATCHDOG_PID"] = "1" };

        Assert.Equal(TimeSpan.Zero, SystemdReporter.ReadWatchdog(environment.GetValueOrDefault));
    }

    private Process Start(FakeControlPlane plane, string socket, long watchdogMicros)
    {
        var address = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(plane.Address.ToString()));
        return ChildProcessGuard.Shared.Start(new ProcessStartInfo(MachinePrograms.Dotnet, [typeof(RunnerHost).Assembly.Location])
        {
            Environment =
            {
                ["CLUSTER_ID"] = new string('1', 24),
                ["CLUSTER_TOKEN"] = $"{FakeControlPlane.ClusterToken}.{address}",
                ["EXECUTOR"] = "process",
                ["STATE_DIR"] = Path.Combine(_folder.FullName, "state"),
                ["NOTIFY_SOCKET"] = socket,
                ["WATCHDOG_USEC"] = $"{watchdogMicros}",
            },
        });
    }

    /// <summary>The service manager's end of the socket.</summary>
    private sealed class NotifySocketListener : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        private readonly byte[] _buffer = new byte[4096];

        public NotifySocketListener(string name)
        {
            Name = name;
            _socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? $"\0{name[1..]}" : name));
        }

        public string Name { get; }

        public List<string> Received { get; } = [];

        /// <summary>The next message that fits; those before it are passed over.</summary>
        public async Task<string> NextAsync(Predicate<string> fits)
        {
            while (true)
            {
                var text = Encoding.UTF8.GetString(_buffer, 0, await _socket.ReceiveAsync(_buffer));
                Received.Add(text);
                if (fits(text))
                {
                    return text;
                }
            }
        }

        /// <summary>Passes over what has come so far.</summary>
        public void Drop()
        {
            while (_socket.Available > 0)
            {
                _socket.Receive(_buffer);
            }
        }

        public void Dispose() => _socket.Dispose();
    }
}
