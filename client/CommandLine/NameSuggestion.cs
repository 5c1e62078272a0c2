namespace OrleansHybrid.CommandLine;

/// <summary>Finds the name that somebody meant who has typed another.</summary>
internal static class NameSuggestion
{
    /// <summary>The nearest of some names, dashes and case aside; null when none is near.</summary>
    public static string? Find(string typed, IEnumerable<string> names)
    {
        var wanted = Fold(typed);
        if (wanted.Length == 0)
        {
            return null;
        }

        var known = names.ToList();
        var most = Math.Max(1, wanted.Length / 3);
        return known.Where(name => Distance(wanted, Fold(name)) <= most).MinBy(name => Distance(wanted, Fold(name)))
            ?? known.Find(name => wanted.Length > 1 && Fold(name).StartsWith(wanted, StringComparison.Ordinal));
    }

    private static string Fold(string name) => name.TrimStart('-').Replace('_', '-').ToLowerInvariant();

    /// <summary>How many letters must be put in, left out, changed or swapped with their neighbour.</summary>
    private static int Distance(string one, string other)
    {
        var distances = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                distances[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1,
                    distances[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    distances[i, j] = Math.Min(distances[i, j], distances[i - 2, j - 2] + 1);
                }
            }
        }

        return distances[one.Length, other.Length];
    }
}
