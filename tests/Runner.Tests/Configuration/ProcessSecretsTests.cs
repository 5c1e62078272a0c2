using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Configuration;

/// <summary>A key that only the runner's own memory holds, and a memory into which no other program of its user looks (S34, I10).</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcessSecretsTests : IDisposable
{
    private const string KeyText = "a1b29c04e5f6d7183b6a4f5c0e7e8291";

    // Each line is "door: open" or "door: shut". A child of the task's own shows that such doors are open where nobody shuts them.
    private const string Burglar = """
        try() { if head -c 1 "/proc/$2" >/dev/null 2>&1; then echo "$1: open"; else echo "$1: shut"; fi; }
        sleep 60 &
        try child-environ $!/environ
        kill $!
        for door in environ maps mem auxv; do try $door $PPID/$door; done
        if ls /proc/$PPID/fd >/dev/null 2>&1; then echo "fd: open"; else echo "fd: shut"; fi
        grep 'Max core file size' /proc/$PPID/limits
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task S34_a_program_of_the_same_user_can_neither_read_the_runners_memory_nor_reach_its_runtime()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        Assert.True(SymmetricKey.TryParse(KeyText, out var key, out _));
        using var program = Start(plane, ("DECRYPTION_KEY_FILE", "-"), ("STATE_DIR", State()));
        await program.StandardInput.WriteLineAsync(KeyText);
        program.StandardInput.Close();
        var order = TaskAssignments.New(SymmetricSeal.Seal(Encoding.UTF8.GetBytes(Burglar), key)) with { Command = "sh payload" };
        plane.Offer(order);

        Assert.Equal("complete", Assert.Single((await plane.Finishes.NextAsync()).Results).Status);
        var doors = Directory.GetFileSystemEntries(Path.GetTempPath(), $"*-{program.Id}-*").Where(name => name.Contains("diagnostic"));
        Assert.Empty(doors);
        _ = Posix.Signal(program.Id, Posix.SigTerm);
        await program.WaitForExitAsync();
        var found = Encoding.UTF8.GetString([.. plane.StoredLogs[order.Lease.TaskId]]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["child-environ: open", "environ: shut", "maps: shut", "mem: shut", "auxv: shut", "fd: shut"], found[..^1]);
        Assert.Equal(["0", "0", "bytes"], found[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[^3..]);
        Assert.Equal(0, program.ExitCode);
    }

    [RootTheory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S34_a_dump_of_a_runner_has_a_hex_key_where_it_is_kept_for_opening_and_nowhere_else(bool piped)
    {
        await using var plane = await FakeControlPlane.StartAsync();
        var keyText = RandomNumberGenerator.GetHexString(64, lowercase: true);
        var file = Path.Combine(_folder.FullName, "key");
        await File.WriteAllTextAsync(file, keyText + "\n");
        using var program = Start(plane, ("DECRYPTION_KEY_FILE", piped ? "-" : file), ("STATE_DIR", State()));
        await program.StandardInput.WriteLineAsync(piped ? keyText : "");
        program.StandardInput.Close();
        Assert.True(SymmetricKey.TryParse(keyText, out var key, out _));
        plane.Offer(TaskAssignments.New(SymmetricSeal.Seal("true"u8, key)) with { Command = "sh payload" });
        Assert.Equal("complete", Assert.Single((await plane.Finishes.NextAsync()).Results).Status);

        var found = MemoryOf(program.Id, Convert.FromHexString(keyText), Encoding.ASCII.GetBytes(keyText), Encoding.Unicode.GetBytes(keyText));

        _ = Posix.Signal(program.Id, Posix.SigTerm);
        await program.WaitForExitAsync();
        Assert.Equal([1, 0, 0], found);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_was_to_be_piped_in_and_was_not_ends_it_with_78_and_one_line()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        using var program = Start(plane, ("DECRYPTION_KEY_FILE", "/dev/stdin"));
        program.StandardInput.Close();

        var said = await program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();
        Assert.Equal(78, program.ExitCode);
        Assert.StartsWith("DECRYPTION_KEY_FILE names standard input, from which nothing came", said, StringComparison.Ordinal);
        Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(0, plane.Enrolments.Count);
    }

    [Fact]
    public void Standard_input_is_read_once_and_for_one_secret()
    {
        var opened = 0;
        var source = RunnerArguments.ReadSecrets(
            name => name is "DECRYPTION_KEY_FILE" or "CLUSTER_TOKEN_FILE" ? "-" : null,
            () => opened++ == 0 ? new MemoryStream(Encoding.UTF8.GetBytes($" {KeyText}\n")) : throw new InvalidOperationException());

        Assert.Equal((KeyText, KeyText), (source.Read("DECRYPTION_KEY"), source.Read("DECRYPTION_KEY")));
        var wrong = Assert.Throws<ConfigurationException>(() => source.Read("CLUSTER_TOKEN"));
        Assert.StartsWith("CLUSTER_TOKEN_FILE and DECRYPTION_KEY_FILE both name standard input", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(1, opened);
    }

    [Fact]
    public void I12_an_input_without_an_end_is_not_read_to_it()
    {
        var source = RunnerArguments.ReadSecrets(name => name == "DECRYPTION_KEY_FILE" ? "-" : null, () => File.OpenRead("/dev/zero"));

        var wrong = Assert.Throws<ConfigurationException>(() => source.Read("DECRYPTION_KEY"));
        Assert.StartsWith("DECRYPTION_KEY_FILE names standard input, and more", wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>How often each of some bytes is in the memory of a process that it can write to.</summary>
    private static int[] MemoryOf(int process, params byte[][] wanted)
    {
        var counts = new int[wanted.Length];
        using var memory = File.OpenHandle($"/proc/{process}/mem");
        foreach (var line in File.ReadLines($"/proc/{process}/maps").Where(line => line.Split(' ')[1].StartsWith("rw", StringComparison.Ordinal)))
        {
            var range = line.Split(' ')[0].Split('-').Select(part => long.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
            var overlap = wanted.Max(bytes => bytes.Length) - 1;
            var part = new byte[(1 << 20) + overlap];
            for (var at = range[0]; at < range[1]; at += 1 << 20)
            {
                var length = Math.Max(0, ReadPart(memory, part.AsSpan(0, (int)Math.Min(part.Length, range[1] - at)), at));
                for (var i = 0; i < wanted.Length; i++)
                {
                    counts[i] += CountIn(part.AsSpan(0, Math.Min(length, (1 << 20) + wanted[i].Length - 1)), wanted[i]);
                }
            }
        }

        return counts;
    }

    // Parts that nothing was ever written to, and some of the kernel's, can't be read.
    private static int ReadPart(SafeFileHandle memory, Span<byte> part, long at)
    {
        try
        {
            return RandomAccess.Read(memory, part, at);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int CountIn(ReadOnlySpan<byte> part, ReadOnlySpan<byte> wanted)
    {
        var count = 0;
        for (var next = part.IndexOf(wanted); next >= 0; next = part.IndexOf(wanted))
        {
            count++;
            part = part[(next + 1)..];
        }

        return count;
    }

    private string State()
    {
        var state = _folder.CreateSubdirectory("state").FullName;
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(state, (UnixFileMode)0b111_111_111);
        return state;
    }

    /// <summary>Starts it as nobody where this is root, for whom no door is shut.</summary>
    private static Process Start(FakeControlPlane plane, params (string Name, string Value)[] environment)
    {
        string[] program = [MachinePrograms.Dotnet, typeof(RunnerHost).Assembly.Location];
        string[] line = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. program]
            : program;
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var address = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(plane.Address.ToString()));
        start.Environment.Remove("DOTNET_EnableDiagnostics");
        start.Environment["CLUSTER_ID"] = new string('1', 24);
        start.Environment["CLUSTER_TOKEN"] = $"{FakeControlPlane.ClusterToken}.{address}";
        start.Environment["EXECUTOR"] = "process";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return ChildProcessGuard.Shared.Start(start);
    }
}
