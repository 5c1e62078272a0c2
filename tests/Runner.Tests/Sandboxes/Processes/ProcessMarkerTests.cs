using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using OrleansHybrid.Runner.Sandboxes.Processes;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Processes;

/// <summary>B2: a task's children are known by a mark that is nobody else's.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcessMarkerTests
{
    private readonly ProcessMarker _mark = ProcessMarker.ForTask("/tasks/session/one");

    [Fact(Timeout = 30_000)]
    public async Task A_child_that_is_started_while_another_is_marked_waits_and_has_no_mark()
    {
        var (unmarked, waited) = (Task.FromResult<Process>(null!), false);
        using var marked = _mark.StartMarked(() =>
        {
            unmarked = Task.Run(() => ProcessMarker.StartUnmarked(StartCat));
            waited = !unmarked.Wait(TimeSpan.FromMilliseconds(200));
            return StartCat();
        });
        using var other = await unmarked;

        Assert.True(waited);
        Assert.True(_mark.IsSetOn(FolderOf(marked)));
        Assert.False(ProcessMarker.HasAny(FolderOf(other)));
        await EndAsync(marked);
        await EndAsync(other);
    }

    private static string FolderOf(Process process) => string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}");

    private static Process StartCat() => Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true })!;

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }
}
