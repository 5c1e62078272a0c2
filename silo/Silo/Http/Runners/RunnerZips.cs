using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.RunnerDoor;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Runners;

/// <summary>Hands zips out, each to those only who hold a live lease of a task that needs it.</summary>
internal sealed class RunnerZips(ITaskStore tasks, IZipStore zips, Lookups lookups)
{
    /// <summary>Some bytes of the zip of the task that is leased.</summary>
    public async Task<RunnerReply<ZipAnswer>> ReadAsync(LeaseFence lease, long offset, CancellationToken cancellationToken)
    {
        if (await tasks.ReadOrdersAsync([lease], cancellationToken) is not [{ Spec: var spec, Holds: var holds }] || holds <= TimeSpan.Zero)
        {
            return RunnerReplies.Refused<ZipAnswer>(Answers.Message(
                $"attempt {lease.Attempt} of task {lease.Task} no longer holds the lease", StatusCodes.Status409Conflict));
        }

        if (await lookups.Revisions.FindAsync((spec.CodeId, spec.CodeRev), cancellationToken) is not { Zip: { } zip } revision)
        {
            return RunnerReplies.Refused<ZipAnswer>(Answers.NotFound("Zip"));
        }

        if (offset < 0 || offset >= zip.Size)
        {
            throw new RefusedException($"offset must be from 0 to {zip.Size - 1}");
        }

        var (piece, skip) = Math.DivRem(offset, IZipStore.PieceSize);
        var data = await zips.ReadAsync(revision.Id, (int)piece, cancellationToken);
        return RunnerReplies.Of(new ZipAnswer { Data = data[(int)skip..] });
    }
}
