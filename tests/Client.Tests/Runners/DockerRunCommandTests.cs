using System.Buffers.Text;
using System.Text;
using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.Client.Tests.Runners;

/// <summary>The line that starts a runner.</summary>
public sealed class DockerRunCommandTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost")]
    [InlineData("http://[::1]:8080")]
    public void A_control_plane_on_the_same_machine_is_reached_over_the_hosts_network(string address) =>
        Assert.Contains(
            " --network host -e CLUSTER_ID=c1 ", DockerRunCommand.Build("c1", Token(address)), StringComparison.Ordinal);

    [Theory]
    [InlineData("https://jobs.example")]
    [InlineData("http://10.0.0.5:8080")]
    [InlineData("not an address")]
    public void Any_other_is_reached_from_inside_the_container(string address)
    {
        var token = Token(address);

        Assert.Equal(
            "docker run -d --restart unless-stopped -v /var/run/docker.sock:/var/run/docker.sock "
            + $"-e CLUSTER_ID=c1 -e CLUSTER_TOKEN={token} orleans-hybrid/runner",
            DockerRunCommand.Build("c1", token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("secret.%%%")]
    public void A_token_that_names_no_address_is_passed_on_as_it_is(string token) =>
        Assert.EndsWith(
            $" -e CLUSTER_ID=c1 -e CLUSTER_TOKEN={token} orleans-hybrid/runner",
            DockerRunCommand.Build("c1", token),
            StringComparison.Ordinal);

    private static string Token(string address) =>
        $"secret.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(address))}";
}
