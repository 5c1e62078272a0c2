using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Configuration;

/// <summary>Which labels a runner may have.</summary>
public sealed class LabelSettingsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("gpu", "gpu")]
    [InlineData(" zone=eu-1 , gpu,gpu,disk/a.b_c=1 ", "disk/a.b_c=1", "gpu", "zone=eu-1")]
    public void Labels_are_sorted_and_each_is_there_once(string? given, params string[] labels)
    {
        Assert.Equal(labels, Read(given));
        Assert.Equal(["gpu"], Read(given, "--labels", "gpu"));
    }

    [Theory]
    [InlineData("GPU")]
    [InlineData("gpu,,ssd")]
    [InlineData("a b")]
    [InlineData("zone=")]
    [InlineData("=eu")]
    [InlineData("a=b=c")]
    [InlineData("büro")]
    [InlineData("x123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData("0,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w")]
    public void I12_labels_that_can_t_be_are_named_in_one_line(string labels)
    {
        var message = Assert.Throws<ConfigurationException>(() => Read(labels)).Message;

        Assert.StartsWith("LABELS must be at most 32 labels", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static IReadOnlyList<string> Read(string? variable, params string[] arguments) =>
        RunnerArguments.Read(RunnerArguments.Read(arguments, name => name == "LABELS" ? variable : null), LabelSettings.Read);
}
