using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Processes;

/// <summary>Tests that run tasks as child processes, in a state folder of their own.</summary>
[SupportedOSPlatform("linux")]
public abstract class ProcessTestBase : IDisposable
{
    private protected const string Session = "abcdefabcdefabcdefabcdef";

    private protected ProcessTestBase()
    {
        State = StateFolder.Open(Folder.FullName, "0123456789abcdef01234567");
        Sandboxes = new ProcessSandboxFactory(State, NullLogger<ProcessSandboxFactory>.Instance);
    }

    private protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("hybrid-runner-test-");

    private protected CapturedOutput Output { get; } = new();

    private protected StateFolder State { get; }

    private protected ProcessSandboxFactory Sandboxes { get; }

    public void Dispose()
    {
        Sandboxes.Dispose();
        State.Dispose();
        Folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
