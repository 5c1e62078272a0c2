using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.QueueingApp;

/// <summary>The work of this app; it does not know which way its tasks go.</summary>
internal sealed class TenTasks(IHybridTasks tasks)
{
    /// <summary>Queues ten tasks, follows them in order, and returns how many did not complete.</summary>
    public async Task<int> RunAsync(string code)
    {
        var ids = await tasks.EnqueueAsync(
            [.. Enumerable.Range(1, 10).Select(number => new NewTask { CodeName = code, Payload = $"task {number}" })]);
        Console.WriteLine($"{ids.Count} tasks queued");

        var failed = 0;
        await using var output = Console.OpenStandardOutput();
        foreach (var id in ids)
        {
            var ended = await tasks.FollowLogAsync(id, output);
            Console.WriteLine($"{id} {ended.Status} {ended.Msg}");
            failed += ended.Status == TaskStates.Complete ? 0 : 1;
        }

        Console.WriteLine($"{ids.Count - failed} of {ids.Count} complete");
        return failed;
    }
}
