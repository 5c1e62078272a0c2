using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>A child of a test that is made while one of a task is marked would have its mark, and would end with it.</summary>
[SupportedOSPlatform("linux")]
internal static class ChildProcessLock
{
    [ModuleInitializer]
    internal static void Share() => ChildProcessGuard.StartLock = ProcessMarker.StartLock;
}
