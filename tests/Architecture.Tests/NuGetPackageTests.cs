using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>The packages that apps get from a feed: packed here as a release would, from what has been built.</summary>
public sealed class NuGetPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-packages-").FullName;

    // …/artifacts/bin/Architecture.Tests/<configuration>
    private static DirectoryInfo Here => new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    public static TheoryData<string, string[]> Packed() => new()
    {
        { "client/Primitives", [] },
        { "client/Contracts", [] },
        {
            "client/Client",
            ["Microsoft.Extensions.DependencyInjection.Abstractions", "OrleansHybrid.Contracts", "OrleansHybrid.Primitives", "Polly.Core"]
        },
        { "grains/Abstractions", ["Microsoft.Orleans.Connections.Security", "Microsoft.Orleans.Sdk"] },
        {
            "client/GrainClient",
            ["Microsoft.Orleans.Client", "OrleansHybrid.Abstractions", "OrleansHybrid.Client"]
        },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Packed))]
    public async Task A_package_has_its_readme_its_documentation_and_no_more_than_it_needs(string project, string[] needs)
    {
        var name = $"OrleansHybrid.{Path.GetFileName(project)}";
        await PackAsync(project);

        using var package = await ZipFile.OpenReadAsync(Assert.Single(Directory.GetFiles(_folder, $"{name}.0*.nupkg")));
        var files = package.Entries.Select(entry => entry.FullName).ToList();
        Assert.Contains("README.md", files);
        Assert.Equal(
            [$"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"],
            files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)).Order());
        var (facts, dependencies) = await SpecificationAsync(package.GetEntry($"{name}.nuspec")!);
        Assert.Equal(("MIT", "README.md"), (facts["license"], facts["readme"]));
        Assert.NotEqual("Package Description", facts["description"]);
        Assert.False(facts.ContainsKey("frameworkReferences"), "an app should not have to bring the web server along");
        Assert.Equal(needs, dependencies);
    }

    private static async Task<(IReadOnlyDictionary<string, string> Facts, IReadOnlyList<string> Dependencies)> SpecificationAsync(
        ZipArchiveEntry entry)
    {
        await using var stream = await entry.OpenAsync();
        var metadata = (await XDocument.LoadAsync(stream, LoadOptions.None, default)).Root!.Elements().Single();
        return (
            metadata.Elements().ToDictionary(fact => fact.Name.LocalName, fact => fact.Value),
            [.. metadata.Descendants()
                .Where(fact => fact.Name.LocalName == "dependency")
                .Select(fact => fact.Attribute("id")!.Value)
                .Order(StringComparer.Ordinal)]);
    }

    private async Task<string> PackAsync(string project)
    {
        var pack = new ProcessStartInfo("dotnet", [
            "pack", Path.Combine(SourceTree.Root, project), "--no-build", "--nologo", "-nodeReuse:false",
            "-c", Here.Name, "-o", _folder])
        {
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0" },
        };
        using var process = Process.Start(pack)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        // An advisory (NU1900 to NU1905) is no mistake in what is packed.
        var warnings = said.Split('\n')
            .Where(line => line.Contains("warn", StringComparison.OrdinalIgnoreCase) && !line.Contains(" NU190", StringComparison.Ordinal));
        Assert.True(process.ExitCode == 0 && !warnings.Any(), said);
        return said;
    }
}
