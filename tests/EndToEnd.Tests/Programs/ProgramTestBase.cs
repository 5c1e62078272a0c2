namespace OrleansHybrid.EndToEnd.Tests.Programs;

/// <summary>
/// A test that starts programs. They end with it, also when its time is up: then it is left where it stands, and never
/// comes to its own disposals.
/// </summary>
public abstract class ProgramTestBase : IAsyncLifetime
{
    private readonly List<RunningProgram> _programs = [];

    // The constructor and the test itself run in one asynchronous flow.
    protected ProgramTestBase() => RunningProgram.OfThisTest.Value = _programs;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        RunningProgram[] left;
        lock (_programs)
        {
            left = [.. _programs];
        }

        foreach (var program in left)
        {
            await program.DisposeAsync();
        }
    }
}
