using System.Runtime.Versioning;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.State;

/// <summary>The state that outlives a runner's process (L4, I12).</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StateFolderTests : IDisposable
{
    private const string Cluster = "0123456789abcdef01234567";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");
    private readonly StateFolder _state;

    public StateFolderTests() => _state = StateFolder.Open(_folder.FullName, Cluster);

    public void Dispose()
    {
        _state.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Only_its_owner_may_read_it()
    {
        new SessionFile(_state).Write(new PreviousSession { SessionId = "s", Credential = "c" });
        new ResultSpool(_state).Add(Result(1));

        var others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        var all = Directory.GetFileSystemEntries(_state.Path).Append(_state.Path).ToList();
        Assert.Equal(4, all.Count);
        Assert.All(all, path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & others));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"session_id\":\"s\"")]
    [InlineData("null")]
    public void A_session_that_can_not_be_read_is_none(string content)
    {
        File.WriteAllText(_state.PathOf("session.json"), content);

        Assert.Null(new SessionFile(_state).Read());
    }

    [Fact]
    public void Results_are_remembered_until_they_are_reported_and_a_line_that_was_cut_is_passed_over()
    {
        var spool = new ResultSpool(_state);
        var results = Enumerable.Range(1, 3).Select(Result).ToList();
        Assert.All(results, result => Assert.True(spool.Add(result)));
        spool.ReplaceWith(results[1..]);
        File.AppendAllText(_state.PathOf("results.jsonl"), "{\"lease\":{\"task_id");

        Assert.Equal(results[1..], new ResultSpool(_state).Read());
    }

    [Fact]
    public void The_spool_stops_growing_at_its_limit()
    {
        var spool = new ResultSpool(_state, limit: 1000);
        var results = Enumerable.Range(1, 100).Select(Result).ToList();
        var added = results.Count(spool.Add);

        Assert.InRange(added, 3, 20);
        Assert.InRange(new FileInfo(_state.PathOf("results.jsonl")).Length, 900, 1500);
        spool.ReplaceWith(results);
        Assert.InRange(new FileInfo(_state.PathOf("results.jsonl")).Length, 900, 1500);
    }

    [Fact]
    public void A_folder_in_use_is_left_to_its_user_and_used_again_later()
    {
        var second = StateFolder.Open(_folder.FullName, Cluster);
        var path = second.Path;
        Assert.NotEqual(_state.Path, path);
        second.Dispose();

        using var third = StateFolder.Open(_folder.FullName, Cluster);
        Assert.Equal(path, third.Path);
    }

    [Fact]
    public void A_folder_that_can_not_be_written_is_a_bad_setting()
    {
        var trouble = Assert.Throws<ConfigurationException>(() => StateFolder.Open("/proc/no-such-folder", Cluster));

        Assert.StartsWith("STATE_DIR", trouble.Message, StringComparison.Ordinal);
    }

    private static TaskResult Result(int exitCode) => new()
    {
        Lease = TaskAssignments.New().Lease,
        Status = "error",
        Message = $"exit code {exitCode}",
        ExitCode = exitCode,
        Retryable = true,
    };
}
