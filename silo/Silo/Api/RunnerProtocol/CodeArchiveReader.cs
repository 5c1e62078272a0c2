using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.RunnerProtocol;

/// <summary>Reads zips, each only for holders of a live lease of a task that needs it.</summary>
internal sealed class CodeArchiveReader(ITaskStore tasks, IZipStore zips, EntityCache cache)
{
    /// <summary>Some bytes of the zip of the task that is leased.</summary>
    public async Task<RunnerReply<ZipResponse>> ReadAsync(LeaseFence lease, long offset, CancellationToken cancellationToken)
    {
        if (await tasks.ReadAssignmentsAsync([lease], cancellationToken) is not [{ Spec: var spec, ValidFor: var holds }] || holds <= TimeSpan.Zero)
        {
            return RunnerReplies.FromError<ZipResponse>(ApiResults.Message(
                $"attempt {lease.Attempt} of task {lease.Task} no longer holds the lease", StatusCodes.Status409Conflict));
        }

        if (await cache.Revisions.FindAsync((spec.CodeId, spec.CodeRev), cancellationToken) is not { Zip: { } zip } revision)
        {
            return RunnerReplies.FromError<ZipResponse>(ApiResults.NotFound("Zip"));
        }

        if (offset < 0 || offset >= zip.Size)
        {
            throw new ApiException($"offset must be from 0 to {zip.Size - 1}");
        }

        var (piece, skip) = Math.DivRem(offset, IZipStore.PieceSize);
        var data = await zips.ReadAsync(revision.Id, (int)piece, cancellationToken);
        return RunnerReplies.Of(new ZipResponse { Data = data[(int)skip..] });
    }
}
