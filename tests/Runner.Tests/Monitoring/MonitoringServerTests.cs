using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Monitoring;

/// <summary>The status pages of the program, and that there are none where nobody asked for them (I12).</summary>
[SupportedOSPlatform("linux")]
public sealed class MonitoringServerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");

    private string Place => Path.Combine(_folder.FullName, "status.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task It_is_ready_when_it_is_enrolled_and_not_any_more_when_it_drains_and_alive_all_the_time()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        plane.Fail("enrol", 503);
        await using var program = Start(plane, ("METRICS", $"unix:{Place}"), ("LOG_LEVEL", "debug"));
        await program.WaitForOutputAsync("Enrolment failed");
        Assert.Equal((503, "not enrolled\n"), await AskAsync("/readyz"));
        Assert.Equal((200, "ok\n"), await AskAsync("/healthz"));

        plane.Recover("enrol");
        await plane.Claims.NextAsync();
        Assert.Equal((200, "ok\n"), await AskAsync("/readyz"));
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        plane.Offer(TaskAssignments.New($"until [ -e '{_folder.FullName}/go' ]; do sleep 0.05; done") with { Command = "sh payload" });
        await program.WaitForOutputAsync(": attempt 1 of");
        program.Signal(Posix.SigTerm);
        await program.WaitForOutputAsync("Draining");
        Assert.Equal((503, "draining\n"), await AskAsync("/readyz"));
        Assert.Equal((200, "ok\n"), await AskAsync("/healthz"));
        Assert.Equal((404, "there are /metrics, /healthz and /readyz\n"), await AskAsync("/"));
        Assert.Equal(200, (await AskAsync("/metrics")).Status);
        Assert.Equal((405, "only GET"), await AskAsync("/metrics", HttpMethod.Post));

        await File.WriteAllTextAsync($"{_folder.FullName}/go", "");
        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.False(File.Exists(Place));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_socket_is_its_users_alone_one_that_is_stale_is_replaced_and_one_in_use_is_not()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using (var killed = Start(plane, ("METRICS", $"unix:{Place}")))
        {
            await plane.Claims.NextAsync();
        }

        Assert.True(File.Exists(Place));
        await using var program = Start(plane, ("METRICS", $"unix:{Place}"));
        await plane.Claims.NextAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Place));
        await using var second = Start(plane, ("METRICS", $"unix:{Place}"));
        Assert.Equal(78, await second.WaitForExitAsync());
        Assert.StartsWith("METRICS names", Assert.Single((await second.Errors).Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal((200, "ok\n"), await AskAsync("/readyz"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_programs_socket_and_any_other_file_are_left_alone()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(Place));
        other.Listen();
        await using var first = Start(plane, ("METRICS", $"unix:{Place}"));
        Assert.Equal(78, await first.WaitForExitAsync());
        Assert.True(File.Exists(Place));

        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "");
        await using var second = Start(plane, ("METRICS", $"unix:{file}"));
        Assert.Equal(78, await second.WaitForExitAsync());
        Assert.True(File.Exists(file));
        Assert.Equal(0, plane.Enrolments.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task I12_clients_that_hang_or_say_too_much_hold_nothing_up_and_are_let_go()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var program = Start(plane, ("METRICS", $"unix:{Place}"));
        await plane.Claims.NextAsync();
        var hanging = new List<Socket>();
        for (var i = 0; i < 100; i++)
        {
            hanging.Add(await ConnectAsync());
            // The server may have shut it already.
            _ = await Record.ExceptionAsync(() => hanging[^1].SendAsync("GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: "u8.ToArray()));
        }

        plane.Offer(TaskAssignments.New("echo hello") with { Command = "sh payload" });
        Assert.Equal("complete", Assert.Single((await plane.Finishes.NextAsync()).Results).Status);
        foreach (var socket in hanging)
        {
            // Ends when the server has let go of it.
            _ = await Record.ExceptionAsync(async () => Assert.InRange(await socket.ReceiveAsync(new byte[4096]), 0, 4096));
            socket.Dispose();
        }

        var tooLong = await AskAsync($"/{new string('x', 100_000)}");
        Assert.InRange(tooLong.Status, 400, 499);
        Assert.Equal((200, "ok\n"), await AskAsync("/healthz"));
    }

    [RootFact(Timeout = 60_000)]
    public async Task Nothing_listens_where_nobody_asked_and_one_loopback_port_where_somebody_did()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var silent = Start(plane);
        await plane.Claims.NextAsync();
        Assert.Empty(Listening(silent.Id));

        var port = FreePorts.Next();
        await using var program = Start(plane, ("METRICS", $"localhost:{port}"));
        await plane.Claims.NextAsync();
        Assert.Equal([$"0100007F:{port:X4}"], Listening(program.Id));
        using var client = new HttpClient();
        Assert.Equal("ok\n", await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/readyz")));
    }

    [Theory]
    [InlineData("0.0.0.0:9090")]
    [InlineData("[::]:9090")]
    [InlineData("10.0.0.1:9090")]
    [InlineData("9090")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:0")]
    [InlineData("control.test:9090")]
    [InlineData("localhost:port")]
    [InlineData("unix:relative.sock")]
    [InlineData("unix:")]
    public void An_address_reachable_from_other_machines_is_rejected(string place)
    {
        var wrong = Assert.Throws<ConfigurationException>(() => Read(place));

        Assert.StartsWith("METRICS must", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:9090", "127.0.0.1:9090")]
    [InlineData("localhost:9090", "127.0.0.1:9090")]
    [InlineData("[::1]:9090", "[::1]:9090")]
    [InlineData("unix:/run/hybrid/runner.sock", "/run/hybrid/runner.sock")]
    public void A_place_on_this_machine_is_taken(string text, string place) =>
        Assert.Equal(place, Read(text)!.ToString());

    private static EndPoint? Read(string place) =>
        RunnerArguments.Read(RunnerArguments.Read(["--metrics", place], _ => null), MonitoringSettings.ReadMonitoringEndpoint);

    /// <summary>Where a process listens, of all kinds of sockets; by the kernel's own lists.</summary>
    private static List<string> Listening(int process)
    {
        var own = Directory.EnumerateFiles($"/proc/{process}/fd")
            .Select(file => new FileInfo(file).LinkTarget ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target["socket:[".Length..^1])
            .ToHashSet();
        Assert.NotEmpty(own);
        string[][] Table(string name) =>
            [.. File.ReadLines($"/proc/{process}/net/{name}").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return
        [
            .. new[] { "tcp", "tcp6" }.SelectMany(Table).Where(row => row[3] == "0A" && own.Contains(row[9])).Select(row => row[1]),
            .. new[] { "udp", "udp6" }.SelectMany(Table).Where(row => own.Contains(row[9])).Select(row => row[1]),
            .. Table("unix").Where(row => (Convert.ToInt32(row[3], 16) & 0x10000) != 0 && own.Contains(row[6])).Select(row => row[^1]),
        ];
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Place));
        return socket;
    }

    private async Task<(int Status, string Text)> AskAsync(string page, HttpMethod? method = null)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = async (_, _) => new NetworkStream(await ConnectAsync(), ownsSocket: true) };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri($"http://runner{page}"));
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private RunnerProgram Start(FakeControlPlane plane, params (string Name, string Value)[] environment) =>
        RunnerProgram.Start(plane, Path.Combine(_folder.FullName, "state"), environment);
}
