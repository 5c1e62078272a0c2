using System.Data.Common;
using System.Runtime.ExceptionServices;
using Orleans.Storage;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Grain;

/// <summary>
/// A launcher's ledger, and the tables of what leaves it. When it is not known what is written it calls for the end of its
/// activation: the next one reads.
/// </summary>
internal sealed class LedgerRepository(string account, IPersistentState<LaunchLedger> state, ILaunchStore store, Action deactivate)
{
    private const int MaxTries = 50;

    /// <summary>The stored ledger, or the one that was stored until another activation wrote.</summary>
    public LaunchLedger Ledger => state.State;

    /// <summary>Writes down what is decided, in one conditional write; an answer is given after that only.</summary>
    public async Task<T> DecideAsync<T>(Func<LaunchLedger, DateTimeOffset, (LaunchLedger Ledger, T Answer)> decide)
    {
        for (var tries = 1; ; tries++)
        {
            var before = state.State;
            var (after, answer) = decide(before, await store.NowAsync(CancellationToken.None));
            if (after == before)
            {
                return answer;
            }

            try
            {
                state.State = after;
                await state.WriteStateAsync();
                return answer;
            }
            catch (InconsistentStateException) when (tries < MaxTries)
            {
                state.State = before;
            }
            catch (Exception ex)
            {
                state.State = before;
                deactivate();

                // Orleans wraps what its storage throws.
                ExceptionDispatchInfo.Throw(ex.InnerException is DbException { IsTransient: true } unavailable ? unavailable : ex);
            }

            // A second activation may have written meanwhile: read its state and decide again.
            await state.ReadStateAsync();
        }
    }

    /// <summary>
    /// Writes into the tables what waits for that; false when the audit lacks something. Again is the same as once.
    /// </summary>
    public async Task<bool> FlushAsync()
    {
        var ledger = state.State;
        if (ledger.Outbox.Count == 0 && ledger.Ended.Count == 0)
        {
            return true;
        }

        try
        {
            var written = await store.AppendAuditAsync(account, ledger.Outbox, CancellationToken.None);
            await store.AddAsync(account, ledger.Ended, CancellationToken.None);
            state.State = LaunchStateMachine.MarkWritten(ledger, written, [.. ledger.Ended.Select(launch => launch.Id)]);
            return state.State.Outbox.Count == 0;
        }
        catch (DbException)
        {
            // Whatever the database lacks: active launches must still be polled and stopped.
            return false;
        }
    }
}
