using Orleans.Serialization;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Launcher.Secrets;

/// <summary>With the very codecs that the silo speaks to others with.</summary>
public sealed class SecretSerializationTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact]
    public void Orleans_neither_sends_nor_copies_a_secret()
    {
        using var secret = new SecretBytes("open sesame"u8);
        var (serializer, copier) = (silo.Get<Serializer>(), silo.Get<DeepCopier>());

        Assert.Throws<CodecNotFoundException>(() => serializer.SerializeToArray(secret));
        Assert.Throws<CodecNotFoundException>(() => serializer.SerializeToArray<object>(secret));
        Assert.Throws<CodecNotFoundException>(() => copier.Copy(secret));
    }
}
