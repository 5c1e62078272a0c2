using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Reconciliation;

/// <summary>The jobs of an account for one batch of commands: listed once, and only when a command needs them.</summary>
internal sealed class ProviderJobSnapshot(ILaunchProvider provider, CancellationToken cancellationToken)
{
    private readonly Lazy<Task<IReadOnlyList<JobRecord>>> _active = new(() => provider.JobsAsync(ended: false, cancellationToken));

    /// <summary>Those that have not ended.</summary>
    public Task<IReadOnlyList<JobRecord>> ListActiveAsync() => _active.Value;

    /// <summary>All jobs. The active ones are listed first, so that one that ends in between is not missed.</summary>
    public async Task<IReadOnlyList<JobRecord>> ListAllAsync()
    {
        var living = await ListActiveAsync();
        return [.. living, .. await provider.JobsAsync(ended: true, cancellationToken)];
    }
}
