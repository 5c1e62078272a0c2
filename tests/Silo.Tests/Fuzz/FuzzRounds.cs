using System.Globalization;
using Xunit.Abstractions;

namespace OrleansHybrid.Silo.Tests.Fuzz;

/// <summary>
/// Rounds of chance. HYBRID_FUZZ_ROUNDS asks for more, HYBRID_FUZZ_SEED for the same again: each round has a seed of its own,
/// so that the one which failed can be had alone.
/// </summary>
internal static class FuzzRounds
{
    private const int Usual = 1000;

    public static IEnumerable<Random> All(ITestOutputHelper output)
    {
        var (rounds, first) = (Number("HYBRID_FUZZ_ROUNDS") ?? Usual, Number("HYBRID_FUZZ_SEED") ?? Environment.TickCount);
        output.WriteLine($"{rounds} rounds, HYBRID_FUZZ_SEED={first}");
        var seed = first;
        try
        {
            for (; seed < first + rounds; seed++)
            {
                yield return new Random(seed);
            }
        }
        finally
        {
            // A caller that fails leaves in the middle.
            if (seed < first + rounds)
            {
                output.WriteLine($"failed: HYBRID_FUZZ_ROUNDS=1 HYBRID_FUZZ_SEED={seed}");
            }
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
