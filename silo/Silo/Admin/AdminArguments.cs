namespace OrleansHybrid.Silo.Admin;

/// <summary>An admin command line: its words, its own options, and those that say which database is meant.</summary>
internal sealed record AdminArguments(
    string[] Positionals, string? Label, string? User, string? Email, string? Cluster, string? DatabaseHost, string? Authority, IReadOnlyList<string> Settings)
{
    public static AdminArguments Parse(IReadOnlyList<string> arguments)
    {
        var words = new List<string>();
        var settings = new List<string>();
        var own = new Dictionary<string, string?>
        {
            ["--label"] = null,
            ["--user"] = null,
            ["--email"] = null,
            ["--cluster"] = null,
            ["--database-host"] = null,
            ["--authority"] = null,
        };
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                words.Add(arguments[i]);
                continue;
            }

            var (option, value) = (arguments[i], ++i < arguments.Count
                ? arguments[i]
                : throw new ConfigurationException(arguments[i - 1], "needs a value."));
            if (own.ContainsKey(option))
            {
                own[option] = value;
            }
            else
            {
                settings.AddRange([option, value]);
            }
        }

        return new AdminArguments(
            [.. words], own["--label"], own["--user"], own["--email"], own["--cluster"], own["--database-host"], own["--authority"], settings);
    }
}
