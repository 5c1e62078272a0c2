using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>
/// V2: one assembly can touch the launcher's API key. Of the folders with what reads, holds and sends it, the others name the few types
/// that hand out neither the key nor a call with it.
/// </summary>
public sealed class LauncherKeyTests
{
    private const string Launcher = "OrleansHybrid.Launcher";

    private static readonly string[] Guarded = [$"{Launcher}.Secrets", $"{Launcher}.Jarvice"];

    private static readonly string[] Harmless =
        ["ConsoleTextSanitizer", "JarviceSetup", "ProviderChecks", "RedactingLoggerProvider", "SecretRegistration"];

    [Fact]
    public void V2_No_other_assembly_of_the_product_names_what_reads_or_holds_the_key()
    {
        var named = ProductAssemblies().SelectMany(NamedTypes).Distinct().ToList();

        Assert.Contains("SecretRegistration", named);
        Assert.Empty(named.Except(Harmless));
    }

    [Fact]
    public void V2_The_types_that_read_or_hold_the_key_are_where_this_test_looks_for_them()
    {
        string[] known = ["ApiKeyStore", "ApiKeyVersion", "ApiCredentials", "SecretBytes", "SecretFile", "SecretVariable", "JarviceProvider", "JarviceHttp"];
        var guarded = Assembly.Load(Launcher).GetTypes().Where(type => Guarded.Contains(type.Namespace)).ToList();

        Assert.Empty(known.Except(guarded.Select(type => type.Name)));
        Assert.DoesNotContain(guarded, type => type.IsPublic);
    }

    private static IEnumerable<string> ProductAssemblies() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "OrleansHybrid.*.dll")
            .Where(file => Path.GetFileNameWithoutExtension(file) is not Launcher);

    private static List<string> NamedTypes(string file)
    {
        using var reader = new PEReader(File.OpenRead(file));
        var metadata = reader.GetMetadataReader();
        return [.. metadata.TypeReferences
            .Select(metadata.GetTypeReference)
            .Where(type => Guarded.Contains(metadata.GetString(type.Namespace)))
            .Select(type => metadata.GetString(type.Name))];
    }
}
