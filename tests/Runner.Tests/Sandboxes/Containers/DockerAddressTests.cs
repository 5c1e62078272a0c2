using System.Net.Sockets;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

public sealed class DockerAddressTests
{
    [Theory]
    [InlineData(null, "unix:///var/run/docker.sock", "http://docker/")]
    [InlineData(" ", "unix:///var/run/docker.sock", "http://docker/")]
    [InlineData("unix:///run/user/1000/docker.sock", "unix:///run/user/1000/docker.sock", "http://docker/")]
    [InlineData("tcp://127.0.0.1:2376", "tcp://127.0.0.1:2376", "http://127.0.0.1:2376/")]
    [InlineData("tcp://builder", "tcp://builder", "http://builder:2375/")]
    public void DOCKER_HOST_names_a_socket_or_a_port(string? host, string name, string baseUri)
    {
        var address = DockerAddress.Parse(host);

        Assert.Equal(name, address.ToString());
        Assert.Equal(new Uri(baseUri), address.BaseUri);
    }

    [Theory]
    [InlineData("ssh://root@builder")]
    [InlineData("unix://relative.sock")]
    [InlineData("/var/run/docker.sock")]
    public void Any_other_DOCKER_HOST_is_rejected_with_what_to_write_instead(string host)
    {
        var trouble = Assert.Throws<FormatException>(() => DockerAddress.Parse(host));

        Assert.Contains(host, trouble.Message, StringComparison.Ordinal);
        Assert.Contains("unix:///", trouble.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task An_engine_on_a_port_answers_like_one_on_a_socket()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        using var engine = new DockerEngine(fake.TcpAddress);

        Assert.Equal(4, (await engine.InfoAsync(default)).NCPU);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_socket_that_does_not_exist_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("engine");
        using var engine = new DockerEngine(DockerAddress.Parse($"unix://{folder.FullName}/no.sock"));

        var answer = await DockerProbe.ProbeAsync(engine, "any", default);

        Assert.False(answer.IsAvailable);
        Assert.Contains("no.sock does not exist", answer.Message, StringComparison.Ordinal);
        folder.Delete();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_socket_that_nobody_listens_at_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("engine");
        var path = Path.Combine(folder.FullName, "dead.sock");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(path));
            using var engine = new DockerEngine(DockerAddress.Parse($"unix://{path}"));

            var answer = await DockerProbe.ProbeAsync(engine, "any", default);

            Assert.False(answer.IsAvailable);
            Assert.Contains("nobody listens", answer.Message, StringComparison.Ordinal);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_socket_that_we_may_not_open_names_the_group()
    {
        var sentence = DockerAddress.Parse(null).Explain(new SocketException((int)SocketError.AccessDenied));

        Assert.Contains("permission denied at unix:///var/run/docker.sock", sentence, StringComparison.Ordinal);
        Assert.Contains("group", sentence, StringComparison.Ordinal);
    }
}
