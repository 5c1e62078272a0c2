using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Runner.Sealing;

/// <summary>With which keys payloads are opened, and what else is demanded of a task.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="Accepted">Forms of sealed payloads that are opened.</param>
/// <param name="SignedOnly">True when only what one of the keys signed may be started.</param>
public sealed record SealPolicy(DecryptionKeys Keys, SealFormats Accepted, bool SignedOnly)
{
    /// <summary>Ids of the keys; never the keys.</summary>
    public override string ToString() => string.Join(' ', Keys.Ids);
}
