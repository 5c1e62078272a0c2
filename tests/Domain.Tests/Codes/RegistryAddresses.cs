using Orleans.Hybrid.Domain.Codes;

namespace Orleans.Hybrid.Domain.Tests.Codes;

public sealed class RegistryAddresses
{
    [Theory]
    [InlineData("", "docker.io")]
    [InlineData("docker.io", "docker.io")]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    [InlineData("registry-1.docker.io", "docker.io")]
    [InlineData("registry.example.com", "registry.example.com")]
    [InlineData(" https://Registry.Example.com:5000/v2/ ", "registry.example.com:5000")]
    [InlineData("http://127.0.0.1:5000", "127.0.0.1:5000")]
    [InlineData("gcr.io/project", "gcr.io")]
    public void A_registry_has_one_name_however_it_is_written(string written, string name)
    {
        Assert.Equal(name, RegistryAddress.Of(written));
        Assert.Equal(name, RegistryAddress.Of(name));
    }

    [Theory]
    [InlineData("busybox", "docker.io")]
    [InlineData("busybox:1.36", "docker.io")]
    [InlineData("someone/image", "docker.io")]
    [InlineData("docker.io/library/busybox", "docker.io")]
    [InlineData("registry.example.com/image", "registry.example.com")]
    [InlineData("registry:5000/image:tag", "registry:5000")]
    [InlineData("localhost/image", "localhost")]
    [InlineData("127.0.0.1:5000/a/b@sha256:0123", "127.0.0.1:5000")]
    public void An_image_lies_in_the_registry_that_its_name_begins_with(string image, string registry) =>
        Assert.Equal(registry, RegistryAddress.OfImage(image));
}
