using System.Reflection;
using System.Text.RegularExpressions;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>The references between projects: any that is not drawn in docs/explanation/architecture.md fails.</summary>
public sealed partial class ProjectReferenceTests
{
    private const string Prefix = "OrleansHybrid.";

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["Primitives"] = [],
        ["Contracts"] = [],
        ["Abstractions"] = [],
        ["Grains"] = ["Domain", "Abstractions"],
        ["Launcher"] = ["Abstractions", "Primitives"],
        ["Stores"] = ["Domain", "Launcher"],
        ["Client"] = ["Contracts", "Primitives"],
        ["GrainClient"] = ["Client", "Contracts", "Abstractions"],
        ["QueueingApp"] = ["Client", "Contracts", "GrainClient"],
        ["CommandLine"] = ["Primitives"],
        ["Cli"] = ["Client", "CommandLine", "Contracts", "Primitives"],
        ["Runner"] = ["CommandLine", "Contracts", "Primitives", "Abstractions"],
        ["FakeJarvice"] = [],
        ["Silo"] = ["Domain", "Grains", "Abstractions", "Launcher", "Stores", "Client", "CommandLine", "Contracts", "Primitives", "Runner"],
    };

    public static TheoryData<string> Projects() => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_room_knows_only_whom_the_picture_allows(string project)
    {
        var known = References(project).Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..]);

        Assert.Empty(known.Except(Allowed[project]));
    }

    // Cronos computes times from a text and a zone: it reads no clock, and knows nothing outside the framework.
    [Fact]
    public void The_domain_knows_no_Orleans_no_database_and_no_web()
    {
        var known = References("Domain").Where(name => name != "Cronos" && !name.StartsWith("System", StringComparison.Ordinal));

        Assert.Empty(known);
    }

    [Fact]
    public void Only_the_standalone_folder_and_hosting_know_the_runner()
    {
        var outside = SourceTree.Files("silo/Silo", "*.cs")
            .Where(file => !file.StartsWith("silo/Silo/Standalone/", StringComparison.Ordinal))
            .Where(file => file != "silo/Silo/Clustering/OrleansHostingExtensions.cs")
            .Where(file => SourceTree.Lines(file).Any(line => RunnersOwn().IsMatch(line)));

        Assert.Empty(outside);
    }

    [Fact]
    public void Of_the_control_plane_only_the_demo_is_a_client()
    {
        var clients = SourceTree.Files("silo/Silo", "*.cs")
            .Where(file => SourceTree.Lines(file).Any(line => line.StartsWith("using OrleansHybrid.Client", StringComparison.Ordinal)))
            .Select(file => Path.GetDirectoryName(file)!.Replace('\\', '/'))
            .Distinct();

        Assert.Equal(["silo/Silo/Standalone/Demo"], clients);
    }

    [Fact]
    public void Nothing_is_left_of_the_choice_of_a_grain_engine()
    {
        string[] words = ["Grain" + "Engine", "Runner" + "Engine", "Local" + "Engine", "ORLEANS" + "_ENGINE", "RUNNER" + "_SILO"];
        var found = SourceTree.Files("", "*.cs").Concat(SourceTree.Files("", "*.csproj")).Concat(SourceTree.Files("", "*.props"))
            .Where(file => SourceTree.Lines(file).Any(line => words.Any(word => line.Contains(word, StringComparison.Ordinal))));

        Assert.Empty(found);
    }

    [GeneratedRegex(@"using OrleansHybrid\.Runner\b")]
    private static partial Regex RunnersOwn();

    private static IEnumerable<string> References(string project) =>
        Assembly.Load(Prefix + project).GetReferencedAssemblies().Select(reference => reference.Name!);
}
