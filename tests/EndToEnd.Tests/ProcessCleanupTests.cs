using System.Diagnostics;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>Programs that these tests start end with them.</summary>
public sealed class ProcessCleanupTests : ProgramTestBase
{
    [Fact(Timeout = 60_000)]
    public async Task A_program_ends_with_its_test_although_nobody_disposes_it()
    {
        var test = new TimedOutTest();
        var program = new RunningProgram("Silo", ["up", "--no-runner", "--urls", "http://127.0.0.1:0", "--data", test.Folder]);
        await program.WaitForLineAsync("ready at");
        var id = program.Id;

        await test.DisposeAsync();

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_guard_kills_what_it_watches_when_its_owner_is_gone_and_nothing_else()
    {
        using var watched = Process.Start("sleep", "1000");
        using var forgotten = Process.Start("sleep", "1000");
        try
        {
            var guard = new ChildProcessGuard();
            guard.Watch(watched);
            guard.Watch(forgotten);
            guard.Forget(forgotten);

            guard.Dispose();

            await watched.WaitForExitAsync();
            Assert.Equal(128 + 9, watched.ExitCode);
            Assert.False(forgotten.HasExited);
        }
        finally
        {
            forgotten.Kill();
            watched.Kill();
        }
    }

    private sealed class TimedOutTest : ProgramTestBase
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("hybrid-e2e").FullName;
    }
}
