using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Sealing;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>Keys of runners for tests.</summary>
internal static class SealPolicies
{
    public static SealPolicy Of(string keys, SealFormats accepted = SealFormats.All, bool signedOnly = false) =>
        DecryptionKeys.TryParse(keys, out var read, out var problem)
            ? new SealPolicy(read, accepted, signedOnly)
            : throw new ArgumentException(problem);
}
